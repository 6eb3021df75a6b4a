import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { projectFolder } from "../../../lab/places";

const words = ["--import", "tsx", join(__dirname, "watching.ts")];
/** `exec`: a shell that waits for its child dies of the Ctrl-C as well (dash), and its exit code would be told. */
const inTerminal = ["-qec", ["exec", process.execPath, ...words].join(" "), "/dev/null"];

/** Runs it until its second look is seen, ends it, and returns all that it wrote. */
async function watched(child: ChildProcess, end: () => void): Promise<{ written: string; exitCode: number | null }> {
  let written = "";
  let isAsked = false;
  child.stdout?.on("data", (chunk: Buffer) => {
    written += chunk.toString("utf8");
    if (isAsked || !written.includes("look 3")) return;
    isAsked = true;
    end();
  });
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { written, exitCode };
}

describe("watching", function () {
  this.timeout(60_000);
  const start = (program: string, all: string[]): ChildProcess =>
    spawn(program, all, { cwd: projectFolder, stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, TERM: "xterm" } });

  it("writes over what was there in a terminal, clears nothing but what is left, and ends with Ctrl-C and the last look", async () => {
    const child = start("script", inTerminal);
    const { written, exitCode } = await watched(child, () => child.stdin?.write("\x03"));
    assert.equal(exitCode, 3);
    assert.doesNotMatch(written, /\x1b\[2J/);
    assert.match(written, /\x1b\[Hlook 1\x1b\[K\r\na second line\x1b\[K\x1b\[J\x1b\[Hlook 2\x1b\[K\x1b\[J/);
    const [, last] = /\x1b\[\?7h\x1b\[\?25h\x1b\[\?1049llook (\d+)\s*$/.exec(written) ?? [];
    assert.ok(Number(last) >= 3, JSON.stringify(written.slice(-200)));
  });

  it("writes one look behind the other elsewhere, and no control characters", async () => {
    const child = start(process.execPath, words);
    const { written, exitCode } = await watched(child, () => child.kill("SIGINT"));
    assert.equal(exitCode, 3);
    assert.match(written, /^look 1\na second line\nlook 2\nlook 3\n(look \d+\n)*$/);
  });

  it("ends when nobody reads any more", async () => {
    const child = start(process.execPath, words);
    const { exitCode } = await watched(child, () => child.stdout?.destroy());
    assert.equal(exitCode, 3);
  });
});
