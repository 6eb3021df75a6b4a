import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveSocket, socketPath } from "../../../host/socket";
import { waitFor } from "../../../lab/process";

/** Another process that serves a path, and says its name to whoever connects. */
async function serving(path: string, name: string): Promise<ChildProcess> {
  const program = `
    const { serveSocket } = require(${JSON.stringify(join(__dirname, "../../../host/socket"))});
    process.on("SIGTERM", () => process.exit());
    serveSocket(process.argv[1], (socket) => socket.end(process.argv[2])).then(() => console.log("ready"));
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--require", "ts-node/register/transpile-only", "-e", program, path, name], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout as NodeJS.ReadableStream, "data");
  return child;
}

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  const ended = once(child, "close");
  child.kill(signal);
  await ended;
};

/** Who answers at a path; nobody: null. */
const answer = (path: string): Promise<string | null> =>
  new Promise((resolve) => {
    let text = "";
    connect(path)
      .on("data", (chunk) => (text += chunk.toString()))
      .on("error", () => resolve(null))
      .on("close", () => resolve(text));
  });

describe("a socket on the deployer", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "socket-"));
    path = join(folder, "one.sock");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("has one path for one meaning, short enough for a socket", () => {
    assert.equal(socketPath("a"), socketPath("a"));
    assert.notEqual(socketPath("a"), socketPath("b"));
    assert.ok(socketPath("a").length < 90);
  });

  it("is served by the last process to begin, and by another one when that ends or is killed", async () => {
    const first = await serving(path, "first");
    const second = await serving(path, "second");
    assert.equal(await answer(path), "second");
    await end(second, "SIGTERM");
    await waitFor("the first one", 10, async () => (await answer(path)) === "first");
    const third = await serving(path, "third");
    await end(third, "SIGKILL");
    await waitFor("the first one again", 10, async () => (await answer(path)) === "first");
    await end(first, "SIGTERM");
    assert.equal(existsSync(path), false);
    const last = await serving(path, "last");
    assert.deepEqual(readdirSync(folder).length, 2, "what a killed process left is gone");
    await end(last, "SIGTERM");
  });

  it("is refused in a folder that others may enter", async () => {
    chmodSync(folder, 0o755);
    await assert.rejects(
      serveSocket(path, () => undefined),
      /isn't its user's alone/,
    );
  });
});
