import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { backupInput, makeBackup, newestManifest } from "../../../components/backup/commands";
import type { Script } from "../../../host/command";
import { optionFile } from "../../../components/backup/option-file";
import { Secret } from "../../../host/secret";

const settings = { over: "db1", address: "127.0.0.1", port: 3306, name: "selfhelp", user: "deploy", password: new Secret(`a\\b"c'#d`) };

describe("what the dump client is told in secret", () => {
  it("is an option file that keeps every character of the password", () => {
    assert.equal(
      optionFile(settings).reveal(),
      `[client]\nhost="127.0.0.1"\nport=3306\nprotocol=tcp\nuser="deploy"\npassword="a\\\\b\\"c'#d"\nmax_allowed_packet=1G\n`,
    );
  });

  it("is one line behind the manifest's first part, and shows nowhere else", () => {
    const intended = { id: "i", takenAt: "t", verifiedAt: null, databaseVersion: "v8.0.0", server: "s", tables: ["line\nbreak"] };
    const input = backupInput(intended, optionFile(settings), optionFile({ ...settings, user: "copy" }), new Secret("AGE-SECRET-KEY-1X"));
    const [manifest, ...options] = input.reveal().trimEnd().split("\n");
    assert.deepEqual(JSON.parse(manifest ?? ""), intended);
    assert.deepEqual(
      options.map((line) => /user="(.*)"/.exec(Buffer.from(line, "base64").toString())?.[1]),
      ["deploy", "copy", undefined],
    );
    const order = { directory: "/b", id: "i", recipient: "age1", schema: "selfhelp", neededBytes: 1.5, ca: "" };
    assert.ok(!inspect([input, makeBackup(order)], { depth: null }).includes("#d"));
    assert.deepEqual((makeBackup(order) as Script).with, ["/b", "i", "age1", "selfhelp", "2", ""]);
  });
});

describe("the search for the newest backup", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "backups-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const newest = (directory = folder): string => {
    const command = newestManifest(directory) as Script;
    return execFileSync("bash", ["-c", `set -euo pipefail\n${command.script}`, "script", ...command.with], { encoding: "utf8" });
  };
  const file = (id: string, archive: string | undefined, bytes = archive?.length ?? 0): string => {
    const manifest = JSON.stringify({ id, bytes, sha256: "x" });
    writeFileSync(join(folder, `${id}.json`), manifest);
    if (archive !== undefined) writeFileSync(join(folder, `${id}.sql.zst.age`), archive);
    return manifest;
  };

  it("finds nothing in a directory that is empty or missing", () => {
    assert.equal(newest(), "");
    assert.equal(newest(join(folder, "missing")), "");
  });

  it("takes the latest by name", () => {
    file("20261101T000000Z-v9.0.0", "abc");
    const latest = file("20261102T000000Z-v8.0.0", "abcd");
    assert.equal(newest(), latest);
  });

  it("passes over a manifest without its archive, one whose archive was cut short, and files of others", () => {
    const whole = file("20261101T000000Z-v8.0.0", "abcde");
    file("20261102T000000Z-v8.0.0", undefined);
    file("20261103T000000Z-v8.0.0", "ab", 21);
    writeFileSync(join(folder, "zz.json"), "{}");
    assert.equal(newest(), whole);
  });
});
