import assert from "node:assert/strict";
import { build, fillSlot, presentCandidate } from "../../../components/release/commands";
import { heldCommits, receivePack } from "../../../components/release/held";
import type { Command } from "../../../host/command";
import { siteOf } from "../../../host/site";

const site = siteOf("selfhelp");
const commit = "b".repeat(40);

/** A script's parameters; its text is constant. */
const parameters = (command: Command): readonly string[] => {
  assert.ok("script" in command);
  return command.with;
};

describe("what the host is told for a release", () => {
  it("keeps commits in the tool's own bare repository", () => {
    for (const command of [heldCommits(site, commit), receivePack(site, commit)])
      assert.deepEqual(parameters(command), ["/var/lib/selfhelp/repository", commit]);
  });

  it("fills a slot with one commit and its shared files and folders", () => {
    assert.deepEqual(parameters(fillSlot(site, "green", { commit, shared: [".env.local", "public/uploads"], environment: "by hand" })), [
      "/var/www/selfhelp-green",
      "/var/www/selfhelp-current",
      "/var/lib/selfhelp/repository",
      commit,
      "www-data",
      "/var/www/selfhelp-shared",
      "selfhelp-build-green-*.service",
      "selfhelp-fpm@green.service",
      "by hand",
      "file:.env.local",
      "folder:public/uploads",
    ]);
  });

  it("runs a build command as a bounded unit of the runtime user, with `$` kept from systemd", () => {
    assert.deepEqual(parameters(build(site, "green", { line: "echo $HOME ${x} 50%", position: 2, timeoutSeconds: 900 })), [
      "selfhelp-build-green-2.service",
      "--uid=www-data",
      "--working-directory=/var/www/selfhelp-green",
      "--property=CacheDirectory=selfhelp-build",
      "--property=RuntimeMaxSec=900",
      "--property=TimeoutStopSec=3",
      "--property=IgnoreSIGPIPE=no",
      "--property=UMask=0022",
      "--setenv=HOME=/var/cache/selfhelp-build",
      "--setenv=LANG=C.UTF-8",
      "--setenv=APP_ENV=prod",
      "--setenv=APP_DEBUG=0",
      "--",
      "/bin/bash",
      "-eo",
      "pipefail",
      "-c",
      "echo $$HOME $${x} 50%",
    ]);
  });

  it("shows the slot on 127.0.0.1:8080 by one rename", () => {
    assert.deepEqual(presentCandidate(site, "green", "filled"), {
      script: `
verb=$4
if [ ! -L "$5" ] || [ -n "$(find -P "$6" -maxdepth 0 -newer "$5" 2>/dev/null)" ]; then verb=restart; fi
systemctl reset-failed "$1"
if ! systemctl "$verb" "$1"; then
  journalctl --unit "$1" --lines 8 --output cat --quiet | cut -c 1-300 >&2
  exit 1
fi
rm -f -- "$3.next"
ln -s -- "$2" "$3.next"
mv -T -- "$3.next" "$3"`,
      with: [
        ...["selfhelp-fpm@green.service", "/var/www/selfhelp-green", "/var/www/selfhelp-candidate", "restart"],
        ...["/var/www/selfhelp-current", "/var/www/selfhelp-green/.release.json"],
      ],
    });
  });

  it("leaves the php-fpm of a slot that is as it was, and has served users, running", () => {
    assert.equal(parameters(presentCandidate(site, "green", "as it was"))[3], "start");
  });
});
