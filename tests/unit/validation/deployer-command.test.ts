import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DeployerCommand, runOnDeployer } from "../../../components/validation/deployer-command";
import { waitFor } from "../../../lab/process";

const never = new AbortController().signal;

/** A sleep that no other process of this machine sleeps. */
const seconds = 100_000 + Math.floor(Math.random() * 100_000);
const running = (): string => execFileSync("bash", ["-c", `pgrep -f '^sleep ${seconds}' || true`], { encoding: "utf8" }).trim();

describe("a command on the deployer", function () {
  this.timeout(30_000);

  const command = (line: string, more: Partial<DeployerCommand> = {}): DeployerCommand => ({
    ...{ line, directory: tmpdir(), environment: { SELFHELP_URL: "http://127.0.0.1:1" }, timeoutSeconds: 20, signal: never },
    onLine: () => undefined,
    hide: (text) => text,
    ...more,
  });

  it("has the deployer's environment and its own, an empty standard input, and bash's pipefail", async () => {
    const lines: string[] = [];
    const line = 'echo "$SELFHELP_URL in $PWD"; [ -n "$PATH" ]; cat; (exit 4) | cat';
    const { ending, lastLines } = await runOnDeployer(command(line, { onLine: (said) => lines.push(said) }));
    assert.deepEqual(ending, { code: 4 });
    assert.deepEqual(lines, [`http://127.0.0.1:1 in ${tmpdir()}`]);
    assert.deepEqual(lastLines, lines);
  });

  it("is asked to end first, and may say something still", async () => {
    const controller = new AbortController();
    const line = "trap 'echo cleaning up; exit 0' TERM; echo begun; while :; do sleep 0.1; done";
    const onLine = (said: string): void => void (said === "begun" && controller.abort());
    const { ending, lastLines } = await runOnDeployer(command(line, { signal: controller.signal, onLine }));
    assert.equal(ending, "cancelled");
    assert.ok(lastLines.includes("cleaning up"), lastLines.join("\n"));
  });

  it("is killed when it does not care, and so is what it started in another process group", async () => {
    const line = `trap '' TERM; setsid bash -c "trap '' TERM; sleep ${seconds}; sleep ${seconds}" & sleep ${seconds}`;
    const { ending } = await runOnDeployer(command(line, { timeoutSeconds: 1 }));
    assert.equal(ending, "timed out");
    await waitFor("nothing is left", 5, async () => running() === "");
  });

  it("ends with this process, even when that is killed", async () => {
    const program = `
      require(${JSON.stringify(join(__dirname, "../../../components/validation/deployer-command"))}).runOnDeployer({
        line: "echo begun; sleep ${seconds}", directory: "/", environment: {}, timeoutSeconds: 20,
        signal: new AbortController().signal, onLine: (line) => console.log(line),
      });`;
    const deployer = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => deployer.stdout.once("data", resolve));
    await waitFor("the command runs", 10, async () => running() !== "");
    deployer.kill("SIGKILL");
    await waitFor("nothing is left", 10, async () => running() === "");
  });

  it("that can't be started says why", async () => {
    const { ending } = await runOnDeployer(command("true", { directory: "/not/there" }));
    assert.match((ending as { notStarted: string }).notStarted, /ENOENT/);
  });
});
