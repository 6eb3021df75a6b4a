import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { until } from "../host/sshd";
import { Engine, refusal, settings } from "./engine";

const plugin = join(__dirname, "../../../provider/bin/pulumi-resource-apphost");

describe("the plugin's process", function () {
  this.timeout(30_000);
  const children: ChildProcess[] = [];

  /** Starts a program and waits for the first line that it prints. */
  async function firstLine(program: string, words: string[]): Promise<{ child: ChildProcess; line: string }> {
    const child = spawn(program, words, { cwd: "/", stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    return { child, line };
  }
  const engineOf = (port: string): Engine => {
    const engine = new Engine();
    engine.connect(Number(port));
    return engine;
  };

  afterEach(() => children.splice(0).forEach((child) => child.kill("SIGKILL")));

  it("prints its port, alone, on the first line, from any folder, and answers there", async () => {
    const { line } = await firstLine(plugin, ["--logtostderr", "--tracing", "127.0.0.1:2", "127.0.0.1:1"]);
    assert.match(line, /^\d+$/);
    const engine = engineOf(line);
    await engine.configure(settings);
    const { message } = await refusal(engine.check("urn:pulumi:s::p::apphost:index:Nothing::x", {}));
    assert.match(
      message,
      /^there is no resource type "apphost:index:Nothing", only: apphost:access:Accounts, apphost:maintenance:Window, apphost:backup:Backup, apphost:offsite:OffsiteCopy, /,
    );
    assert.match(
      (await refusal(engine.invoke("apphost:index:nothing", {}))).message,
      /only: apphost:audit:announce, apphost:release:getCommit, apphost:migration:getChain, apphost:access:getServer, apphost:protect:getCircumstances$/,
    );
    engine.stop();
  });

  it("names a host that can't be reached, and what to do", async () => {
    const { line } = await firstLine(plugin, []);
    const engine = engineOf(line);
    const hosts = JSON.stringify([{ name: "web1", address: "127.0.0.1", port: 1, user: "deploy", hostKey: "", privateKeyPath: plugin }]);
    await engine.configure({ ...settings, hosts });
    const release = {
      host: "web1",
      repository: "/r",
      release: "v1",
      commit: "c".repeat(40),
      build: [],
      shared: [],
      buildTimeoutSeconds: 60,
    };
    const { message } = await refusal(engine.create("urn:pulumi:s::p::apphost:release:Release::x", release, true));
    assert.match(message, /the private key ".*" for host "web1" can't be used: .* Nothing was contacted\./);
    engine.stop();
  });

  it("ends when the engine is done with it", async () => {
    const { child } = await firstLine(plugin, ["127.0.0.1:1"]);
    const ended = once(child, "exit");
    child.kill("SIGINT");
    assert.deepEqual(await ended, [0, null]);
  });

  it("ends when the engine was killed, even before the plugin answered", async () => {
    const { child, line: pid } = await firstLine("bash", ["-c", '"$0" >/dev/null & echo $!; wait', plugin]);
    await until("its Node.js starts", () => commandOf(pid).includes("main.ts"));
    child.kill("SIGKILL");
    await until("the plugin has ended", () => commandOf(pid) === "");
  });

  it("ends when the engine was killed while it was idle", async () => {
    const { child, line: port } = await firstLine("bash", ["-c", '"$0" & wait', plugin]);
    const engine = engineOf(port);
    await engine.configure(settings);
    child.kill("SIGKILL");
    const answers = (): Promise<boolean> => engine.checkConfig(settings).then(Array.isArray, () => false);
    while (await answers());
    engine.stop();
  });
});

/** Empty for a process that has ended. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
