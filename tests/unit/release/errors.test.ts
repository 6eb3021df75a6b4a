import assert from "node:assert/strict";
import { refusals } from "../../../components/release/commands";
import { BuildFailed, explained, refusal } from "../../../components/release/errors";
import { Cancelled, CommandFailed, HostUnreachable } from "../../../host/errors";
import { siteOf } from "../../../host/site";

const place = { host: "web1", release: "v8.1.0", slot: "green", servedFrom: "blue (v8.0.0)" } as const;
const site = siteOf("selfhelp");
const failing = (error: Error): Promise<void> => explained(place, () => Promise.reject(error));

describe("what is said when a release can't be built", () => {
  it("names the command, its end, its last lines, and what users see", () => {
    assert.equal(
      new BuildFailed(place, "composer install", 1, "exited with code 2", ["Your lock file is out of date"]).message,
      'v8.1.0 could not be built in green on host "web1": build command 1, "composer install", exited with code 2; its last lines:\n' +
        "    Your lock file is out of date\nNow users are still served from blue (v8.0.0). Correct it, then start again: the slot is filled anew.",
    );
  });

  it("says so before the first switch, too", () => {
    assert.match(
      new BuildFailed({ ...place, servedFrom: null }, "false", 1, "exited with code 1", []).message,
      /printed nothing; users are not served anything yet\. /,
    );
  });

  it("tells for each refusal what to do", () => {
    const said = (code: number): string => refusal(code, "config/keys.json", place, site).message;
    assert.match(said(refusals.slotIsActive), /users are served from green by now; .* start again\.$/);
    assert.match(
      said(refusals.sharedFileMissing),
      /the shared file \/var\/www\/selfhelp-shared\/config\/keys\.json does not exist; .* Put it there \(readable by www-data\)/,
    );
    assert.match(
      refusal(refusals.developmentInstalled, "phpunit/phpunit symfony/debug-bundle", place, site).message,
      /packages that are for development only: phpunit\/phpunit, symfony\/debug-bundle; users are still served from blue .* --no-dev/,
    );
    assert.match(said(refusals.leadsOutside), /the shared path "config\/keys\.json" leads through a link of the release/);
  });

  it("adds what users see to a failed step and to a cancelled one", async () => {
    await assert.rejects(failing(new CommandFailed("web1", "transfer of v8.1.0", 1, [], "exited")), {
      name: "ReleaseFailed",
      message:
        'v8.1.0 could not be built in green on host "web1": transfer of v8.1.0 on host "web1" exited with code 1 and printed nothing; ' +
        "users are still served from blue (v8.0.0). When the cause is gone, start again: it continues from here.",
    });
    await assert.rejects(failing(new Cancelled("transfer of v8.1.0")), {
      message: "transfer of v8.1.0 was cancelled; users are still served from blue (v8.0.0)",
    });
  });

  it("tells of a host that is gone what it serves while it is up", async () => {
    const unreachable = new HostUnreachable("web1", "203.0.113.7", "timed out");
    const lost = new CommandFailed("web1", "filling of green", undefined, [], "lost its connection");
    for (const error of [unreachable, lost])
      await assert.rejects(failing(error), {
        name: "ReleaseFailed",
        message:
          /could not be built in green on host "web1": .*; nothing was switched, and users are served from blue \(v8\.0\.0\) while the host is up\. When the cause is gone, start again: it continues from here\.$/,
      });
  });

  it("leaves errors alone that say everything themselves", async () => {
    const missing = new BuildFailed(place, "false", 1, "exited with code 1", []);
    await assert.rejects(failing(missing), missing);
  });
});
