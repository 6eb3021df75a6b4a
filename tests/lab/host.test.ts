import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { Cancelled, CommandFailed, HostUnreachable } from "../../host/errors";
import type { HostSettings } from "../../host/host";
import { Secret } from "../../host/secret";
import { connectHost } from "../../host/ssh";
import { cutConnections, hostOf, onHost, powerCut, startHost, freshLab, stopLab, type Lab } from "../../lab/lab";

const labName = "hosttest";
const options = { purpose: "the build of v8.1.0", timeoutSeconds: 30 };

describe("a real host, with sudo", function () {
  this.timeout(180_000);
  let lab: Lab;
  let host: ReturnType<typeof connectHost>;

  before(async () => {
    lab = await freshLab(labName);
    host = connectHost(settings());
  });
  after(async () => {
    host.close();
    await stopLab(labName);
  });

  function settings(): HostSettings {
    const { name, address, port, user, hostKey } = hostOf(lab, "web1");
    return { name, address, port, user, hostKey, privateKeyPath: lab.deployKeyPath };
  }

  /** A process of a marked command, as the host itself sees it. */
  const countOf = async (marker: string): Promise<number> => {
    const { stdout } = await onHost(lab, "web1", ["pgrep", "-fc", `^sleep ${marker}$`]);
    return Number(stdout);
  };
  async function waitForCount(marker: string, wanted: number): Promise<void> {
    const giveUp = performance.now() + 15_000;
    while ((await countOf(marker)) !== wanted) assert.ok(performance.now() < giveUp, `there are not ${wanted} processes "sleep ${marker}"`);
  }

  it("runs as the user that logged in, as root and as the runtime user, each at home", async () => {
    for (const [as, home] of [[undefined, "/home/deploy"], ["root", "/root"], ["www-data", "/var/www"]] as const) {
      const { stdout } = await host.run({ script: 'whoami; printf "%s\\n" "$HOME"', with: [] }, { ...options, as });
      assert.equal(stdout, `${as ?? "deploy"}\n${home}\n`);
    }
  }); // prettier-ignore

  it("tells the exit code, both outputs and the input apart under sudo", async () => {
    const command = { script: "cat; echo problem >&2; exit 7", with: [] };
    const result = await host.run(command, { ...options, as: "root", stdin: new Secret("x"), expectedExitCodes: [7] });
    assert.deepEqual(result, { stdout: "x", stderr: "problem\n", exitCode: 7 });
  });

  it("never shows a secret in the list of processes", async () => {
    const command = { script: "cat >/dev/null; ps -eo args", with: [] };
    const { stdout } = await host.run(command, { ...options, as: "root", stdin: new Secret("Pa55-w0rd") });
    assert.doesNotMatch(stdout, /Pa55-w0rd/);
  });

  it("says which user may not sudo to whom", async () => {
    const error = await host.run({ run: ["true"] }, { ...options, as: "nobody-at-all" }).catch((error: Error) => error);
    assert.ok(error instanceof CommandFailed);
    assert.match(error.message, /nobody-at-all/);
  });

  for (const [as, marker] of [
    [undefined, "1001"],
    ["root", "1002"],
    ["www-data", "1003"],
  ] as const) {
    it(`ends a cancelled command as ${as ?? "the user that logged in"}, and its children`, async () => {
      const controller = new AbortController();
      const both = { script: 'sleep "$1" & sleep "$1"', with: [marker] };
      const run = host.run(both, { ...options, as, timeoutSeconds: 300, signal: controller.signal });
      run.catch(() => undefined);
      await waitForCount(marker, 2);
      controller.abort();
      await assert.rejects(run, Cancelled);
      assert.equal(await countOf(marker), 0);
    });
  }

  it("ends a cancelled command of the login user that does not read its input", async () => {
    const controller = new AbortController();
    const stdin = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(64_000);
      })(),
    );
    const run = host.run({ run: ["sleep", "1004"] }, { ...options, timeoutSeconds: 300, signal: controller.signal, stdin });
    run.catch(() => undefined);
    await waitForCount("1004", 1);
    controller.abort();
    await assert.rejects(run, Cancelled);
    assert.equal(await countOf("1004"), 0);
  });

  it("ends root's command when the connection is cut", async () => {
    const other = connectHost(settings());
    const run = other.run({ run: ["sleep", "1005"] }, { ...options, as: "root", timeoutSeconds: 300 });
    run.catch(() => undefined);
    await waitForCount("1005", 1);
    await cutConnections(lab, "web1");
    await assert.rejects(run, /lost its connection/);
    await waitForCount("1005", 0);
    other.close();
  });

  it("writes root's files", async () => {
    await host.upload("server {}\n", "/etc/nginx/conf.d/test.conf", { mode: "600", owner: "www-data:adm", timeoutSeconds: 10 });
    const { stdout } = await host.run({ run: ["stat", "-c", "%U:%G %a", "/etc/nginx/conf.d/test.conf"] }, { ...options, as: "root" });
    assert.equal(stdout, "www-data:adm 600\n");
    assert.equal(readFileSync(join(hostOf(lab, "web1").root, "etc/nginx/conf.d/test.conf"), "utf8"), "server {}\n");
  });

  it("reaches its own database's port", async () => {
    const stream = await host.connectTo("127.0.0.1", lab.database.port);
    const [greeting] = (await stream.take(1).toArray()) as [Buffer];
    assert.match(greeting.toString("latin1"), /MariaDB/);
  });

  it("that loses its power is told from one that answers, and is reached again when it is back", async () => {
    const run = host.run({ run: ["sleep", "1006"] }, { ...options, timeoutSeconds: 300 });
    run.catch(() => undefined);
    await waitForCount("1006", 1);
    await powerCut(lab, "web1");
    await assert.rejects(run, /lost its connection/);
    await assert.rejects(host.run({ run: ["true"] }, options), HostUnreachable);
    await startHost(lab, "web1");
    assert.equal((await host.run({ run: ["echo", "back"] }, options)).stdout, "back\n");
  });
});
