import assert from "node:assert/strict";
import type { PermissionsInputs } from "../../../components/hardening/contract";
import { PermissionsRemain } from "../../../components/hardening/errors";
import { doneText, livePermissions, planPermissions } from "../../../components/hardening/plan";

const builtAt = "2026-11-23T04:24:18Z";
const wanted: PermissionsInputs = {
  host: "web1",
  slot: "green",
  builtAt,
  writable: ["var"],
  sharedWritable: ["var/log"],
  secrets: [".env*"],
  developmentFiles: ["tests"],
  backupDirectory: "/var/backups/demo",
  differing: [],
};
const index = { path: "/s/index.php", problem: "is 666, not 644" };

describe("the plan of permissions", () => {
  it("is nothing where all is as wanted", () => {
    const { inputs, state } = livePermissions({ count: 0, named: [] }, wanted, builtAt);
    assert.deepEqual(inputs, wanted);
    assert.deepEqual(state, { permissions: "as wanted", change: "unchanged" });
  });

  it("tells what differs, and that it will be as wanted", () => {
    const live = livePermissions({ count: 1, named: [index] }, wanted, builtAt);
    assert.deepEqual(live.inputs.differing, ["/s/index.php is 666, not 644"]);
    assert.equal(live.state.permissions, "1 differ: /s/index.php is 666, not 644");
    assert.deepEqual(planPermissions(live, wanted), { permissions: "as wanted", change: "1 differ: /s/index.php is 666, not 644" });
  });

  it("tells of a release that is still to be built that it will be looked at then", () => {
    const { builtAt: _later, ...known } = wanted;
    const later = known as PermissionsInputs;
    assert.equal(
      planPermissions(livePermissions({ count: 0, named: [] }, later, null), later).change,
      "of the release in green, once it is built",
    );
    assert.equal(
      planPermissions(livePermissions({ count: 1, named: [index] }, later, null), later).change,
      "1 differ: /s/index.php is 666, not 644; of the release in green, once it is built",
    );
  });
});

describe("what was done", () => {
  const done = (...differing: string[]): string => doneText(differing, wanted, "/s-green");

  it("is named, but for a release that has just been built", () => {
    assert.equal(done("/s-green/index.php is 666, not 644"), "1 corrected: /s-green/index.php is 666, not 644");
    assert.equal(
      done("/s-green/.env is 644, not 640", "/s-green belongs to www-data:www-data, not root:root", "and 310 more"),
      "of the release in green, 312 files",
    );
  });
});

describe("what could not be corrected", () => {
  const remaining = (reason: string): string =>
    new PermissionsRemain("web1", { count: 1, named: [index] }, [{ path: "/s/index.php", problem: reason }], "from blue").message;

  it("is named with its reason, what users are served, and what to type", () => {
    assert.equal(
      remaining("Operation not permitted"),
      `host "web1": 1 file is still not as wanted:\n    /s/index.php is 666, not 644: Operation not permitted. ` +
        `It may be immutable (sudo lsattr -d -- '/s/index.php'): sudo chattr -ia -- '/s/index.php'\n` +
        "What else differed was corrected; nothing was switched by this step, and users are served from blue. " +
        "When the cause is gone, type: pulumi up. To go on without it, type before: pulumi config set --path selfhelp:hardening.permissions.enabled false",
    );
    assert.match(remaining("Read-only file system"), /findmnt -T '\/s\/index\.php'/);
    assert.match(remaining("it is a hard link"), /sudo rm -- '\/s\/index\.php'/);
  });

  it("tells what to type in a way that no terminal acts on", () => {
    const path = "/s/a\u001b[2J\n'b";
    const { message } = new PermissionsRemain(
      "web1",
      { count: 1, named: [{ ...index, path }] },
      [{ path, problem: "it is a hard link" }],
      "",
    );
    assert.ok(message.includes(String.raw`sudo rm -- $'/s/a\U0000001b[2J\U0000000a\'b'`), message);
  });

  it("is named, too, where nothing is known of the reason", () => {
    const error = new PermissionsRemain("web1", { count: 1, named: [index] }, [], "as before");
    assert.match(error.message, /^ {4}\/s\/index\.php is 666, not 644$/m);
  });
});
