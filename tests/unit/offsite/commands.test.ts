import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { readSums, refusals, requestInput, sendRequest, type SignedRequest } from "../../../components/offsite/commands";
import type { Command, Script } from "../../../host/command";

const signed: SignedRequest = {
  method: "PUT",
  url: "https://s3.example.org/b/k?partNumber=1",
  headers: { host: "s3.example.org", authorization: 'AWS4-HMAC-SHA256 Signature="a\\b"', "content-length": "7" },
  body: { path: "/b/x.age", offset: 5, bytes: 7 },
};

const configOf = (request: SignedRequest): string[] => {
  const [config = ""] = requestInput(request).reveal().split("\n");
  return Buffer.from(config, "base64").toString().trimEnd().split("\n");
};

describe("a request from the host", () => {
  it("has its address, headers and signature in curl's config, every character kept", () => {
    const lines = configOf(signed);
    assert.ok(lines.includes('url = "https://s3.example.org/b/k?partNumber=1"'));
    assert.ok(lines.includes('header = "authorization: AWS4-HMAC-SHA256 Signature=\\"a\\\\b\\""'), lines.join("\n"));
    assert.ok(lines.includes('request = "PUT"'));
    assert.ok(!lines.some((line) => line.includes("host:")));
  });

  it("says the length of what comes from a file, and leaves chunks and a guessed type out", () => {
    const lines = configOf(signed);
    for (const line of ["content-length: 7", "transfer-encoding:", "content-type:"]) assert.ok(lines.includes(`header = "${line}"`), line);
  });

  it("has a limit for connecting and for standing still", () => {
    const lines = configOf(signed);
    assert.ok(lines.includes("connect-timeout = 10") && lines.includes("speed-time = 30"), lines.join("\n"));
  });

  it("names in its command the range of the file alone, and shows its input nowhere", () => {
    assert.deepEqual((sendRequest(signed.body) as Script).with, ["file", "/b/x.age", "5", "7"]);
    assert.deepEqual((sendRequest({ text: "<xml/>" }) as Script).with, ["text"]);
    assert.deepEqual((sendRequest("none") as Script).with, ["none"]);
    assert.ok(!inspect(requestInput(signed)).includes("Signature"));
  });

  it("asks for a head as curl does it", () => {
    const lines = configOf({ ...signed, method: "HEAD", body: "none" });
    assert.ok(lines.includes("head") && !lines.includes("include"));
  });
});

describe("the sums of an archive", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "sums-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (command: Command): { status: number | null; stdout: string } => {
    const { script, with: words } = command as Script;
    return spawnSync("bash", ["-c", `set -euo pipefail\n${script}`, "script", ...words], { encoding: "utf8" });
  };
  const sum = (text: string): string => createHash("sha256").update(text).digest("hex");
  const order = { id: "i", partBytes: 5, parts: 3 };

  it("are the manifest's, each part's and the whole archive's", () => {
    writeFileSync(join(folder, "i.sql.zst.age"), "hello, world");
    writeFileSync(join(folder, "i.json"), "{}");
    const { stdout } = run(readSums({ directory: folder, ...order }));
    assert.deepEqual(stdout.split("\n"), [`2 ${sum("{}")}`, sum("hello"), sum(", wor"), sum("ld"), sum("hello, world")]);
  });

  it("count what is behind the last part, too", () => {
    writeFileSync(join(folder, "i.sql.zst.age"), "hello, world and more");
    writeFileSync(join(folder, "i.json"), "{}");
    assert.equal(
      run(readSums({ directory: folder, ...order }))
        .stdout.split("\n")
        .at(-1),
      sum("hello, world and more"),
    );
  });

  it("are not made where a file is missing", () => {
    assert.equal(run(readSums({ directory: join(folder, "missing"), ...order })).status, refusals.archiveMissing);
    assert.equal(run(readSums({ directory: folder, ...order })).status, refusals.archiveMissing);
    writeFileSync(join(folder, "i.sql.zst.age"), "hello, world");
    assert.equal(run(readSums({ directory: folder, ...order })).status, refusals.manifestMissing);
  });
});
