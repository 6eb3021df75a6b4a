import assert from "node:assert/strict";
import { switchUsers } from "../../../components/switch/switch-users";
import { CommandFailed, HostUnreachable } from "../../../host/errors";
import type { Host, Output } from "../../../host/host";
import { siteOf } from "../../../host/site";

const site = siteOf("demo");
const commit = "1".repeat(40);
const marker = { release: "v8.0.0", commit, builtAt: "2026-11-23T04:24:18Z" };
const wanted = {
  host: "web1",
  slot: "green" as const,
  commit: "2".repeat(40),
  release: "v8.1.0",
  probe: { name: "health", path: "/health", hostName: "cms.example.org", timeoutSeconds: 1, status: 200 },
  probes: 3,
  inWindow: false,
};
const before = {
  slots: { active: "blue" as const, foreignTarget: null, blue: marker, green: null },
  maintenance: false,
  switchedAt: "2026-11-23T05:00:00.000Z",
};
const gone = new HostUnreachable("web1", "203.0.113.7:22", "connection timed out");

/** A host that answers its commands in turn, and whose ports nobody can reach. */
const hostThat = (...answers: (string | Error)[]): Host => ({
  name: "web1",
  hide: (text) => text,
  run: async (): Promise<Output> => {
    const answer = answers.shift();
    if (typeof answer !== "string") throw answer ?? new Error("one command too many");
    return { stdout: answer, stderr: "", exitCode: 0 };
  },
  upload: () => Promise.reject(gone),
  connectTo: () => Promise.reject(gone),
});

const switchOn = (host: Host): Promise<void> => switchUsers(host, site, { before, slot: "green", wanted, progress: () => undefined });

describe("a switch that can't be finished", () => {
  it("says where users may be and what takes them back, when the host is lost right after the rename", async () => {
    await assert.rejects(switchOn(hostThat("1700000000\n", gone)), (error: Error) => {
      assert.equal(error.name, "SwitchUncertain");
      assert.match(error.message, /users were switched to v8\.1\.0 in green, which then failed \(health: /);
      assert.match(error.message, /switching back failed too: host "web1" \(203\.0\.113\.7:22\) can't be reached/);
      assert.match(error.message, /on the host: sudo ln -sfn \/var\/www\/demo-blue \/var\/www\/demo-current$/);
      assert.doesNotMatch(error.message, /Nothing was changed|\.\./);
      return true;
    });
  });

  it("takes users back when the connection was lost during the rename, since it may have been done", async () => {
    const lost = new CommandFailed("web1", "switch to green", undefined, ["1700000000"], "lost its connection");
    await assert.rejects(switchOn(hostThat(lost, "")), {
      name: "SwitchedBack",
      message:
        /^host "web1": the switch to v8\.1\.0 in green was not seen to its end \(.*Users are on v8\.0\.0 in blue again.* stands built in green: .* type: pulumi up$/,
    });
  });

  it("leaves everything as it is when the rename itself was refused", async () => {
    const refused = new CommandFailed(
      "web1",
      "switch to green",
      1,
      ["ln: failed to create symbolic link: No space left on device"],
      "exited",
    );
    await assert.rejects(switchOn(hostThat(refused, "")), {
      name: "NotSwitched",
      message:
        'host "web1": users could not be switched to v8.1.0 in green: switch to green on host "web1" exited with code 1; its last lines:\n' +
        "    ln: failed to create symbolic link: No space left on device\n" +
        "Now users are still on v8.0.0 in blue. v8.1.0 stands built in green: when the cause is gone, type: pulumi up",
    });
  });

  it("says where users are when the host was gone before the rename", async () => {
    await assert.rejects(switchOn(hostThat(gone)), /Users are still on v8\.0\.0 in blue while the host is up\./);
  });

  it("shows the failure even when the logs can't be read", async () => {
    await assert.rejects(switchOn(hostThat("1700000000\n", "", gone)), {
      name: "SwitchedBack",
      message: /Logged since the switch:\n {4}the logs could not be read: host "web1"/,
    });
  });
});
