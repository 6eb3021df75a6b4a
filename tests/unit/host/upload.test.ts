import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { CommandFailed, TransferFailed } from "../../../host/errors";
import { Secret } from "../../../host/secret";
import { connectHost } from "../../../host/ssh";
import { startSshd, until, type TestSshd } from "./sshd";

const options = { mode: "640", owner: "nobody:nogroup", timeoutSeconds: 20 };

describe("an upload", function () {
  this.timeout(30_000);
  let sshd: TestSshd;
  let host: ReturnType<typeof connectHost>;
  let folder: string;

  before(async () => {
    sshd = await startSshd();
    host = connectHost(sshd.settings);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(sshd.folder, "it's a folder "));
  });
  after(() => {
    host.close();
    sshd.stop();
  });

  for (const [kind, content] of [
    ["a text", "grüße\n"],
    ["bytes", Buffer.from("grüße\n")],
    ["a secret", new Secret("grüße\n")],
    ["a stream", Readable.from([Buffer.from("grü"), Buffer.from("ße\n")])],
  ] as const) {
    it(`writes ${kind} with its owner and mode`, async () => {
      const path = join(folder, "-file $(x)");
      await host.upload(content, path, options);
      const { mode, uid } = statSync(path);
      assert.deepEqual([readFileSync(path, "utf8"), mode & 0o777, uid], ["grüße\n", 0o640, 65534]);
      assert.deepEqual(readdirSync(folder), ["-file $(x)"]);
    });
  }

  it("replaces a file at once: who reads it sees the old or the new one", async () => {
    const path = join(folder, "file");
    writeFileSync(path, "old");
    let during: string | undefined;
    const content = Readable.from(
      (async function* () {
        yield Buffer.from("new");
        await until("the bytes have come", () =>
          readdirSync(folder).some((name) => name !== "file" && statSync(join(folder, name)).size === 3),
        );
        during = readFileSync(path, "utf8");
      })(),
    );
    await host.upload(content, path, options);
    assert.deepEqual([during, readFileSync(path, "utf8")], ["old", "new"]);
  });

  it("that breaks off leaves the old file and nothing beside it", async () => {
    const path = join(folder, "file");
    writeFileSync(path, "old");
    const content = Readable.from(
      (function* () {
        yield Buffer.from("half");
        throw new Error("no such disk");
      })(),
    );
    await assert.rejects(host.upload(content, path, options), TransferFailed);
    assert.equal(readFileSync(path, "utf8"), "old");
    await until("the host has cleaned up", () => readdirSync(folder).join() === "file");
  });

  it("that can't be given to its owner leaves nothing, and says which file it was", async () => {
    const path = join(folder, "file");
    await assert.rejects(host.upload("text", path, { ...options, owner: "nobody-at-all" }), (error: Error) => {
      assert.ok(error instanceof CommandFailed);
      assert.ok(error.message.startsWith(`upload of ${path} on host "web1" exited with code 1`));
      assert.match(error.message, /nobody-at-all/);
      return true;
    });
    assert.deepEqual(readdirSync(folder), []);
  });

  it("never goes into a folder of that name", async () => {
    await assert.rejects(host.upload("text", folder, options), CommandFailed);
    assert.deepEqual(readdirSync(folder), []);
  });
});
