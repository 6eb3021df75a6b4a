import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isWhole, parseFolder, type StoredBackup } from "../../../components/backup/folder";
import { listFolder, removeBackups } from "../../../components/backup/folder-commands";
import { manifestText } from "../../../components/backup/manifest";
import type { Command, Script } from "../../../host/command";

describe("a folder of backups", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "backups-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const bash = (command: Command, input = ""): string => {
    const { script, with: words } = command as Script;
    return execFileSync("bash", ["-c", `set -euo pipefail\n${script}`, "script", ...words], { encoding: "utf8", input });
  };
  const read = (directory = folder): StoredBackup[] => parseFolder(bash(listFolder(directory)));
  const manifest = (id: string, bytes: number): string => {
    const record = { id, takenAt: "2026-11-23T04:24:18.123Z", verifiedAt: null, databaseVersion: "v8.0.0", server: "s", tables: ["users"] };
    return manifestText({ ...record, bytes, sha256: "x", plainBytes: 1, plainSha256: "y" });
  };
  const put = (name: string, content: string): void => writeFileSync(join(folder, name), content);
  const backup = (id: string, archive: string | undefined, bytes = archive?.length ?? 0): void => {
    put(`${id}.json`, manifest(id, bytes));
    if (archive !== undefined) put(`${id}.sql.zst.age`, archive);
  };
  const problems = (): Record<string, string | undefined> => Object.fromEntries(read().map(({ id, problem }) => [id, problem]));

  it("holds nothing when it is empty or missing", () => {
    assert.deepEqual(read(), []);
    assert.deepEqual(read(join(folder, "missing")), []);
  });

  it("is read newest first, by name", () => {
    backup("20261101T000000Z-v9.0.0", "abc");
    backup("20261102T000000Z-v8.0.0", "abcd");
    assert.deepEqual(
      read().map(({ id, archiveBytes }) => [id, archiveBytes]),
      [
        ["20261102T000000Z-v8.0.0", 4],
        ["20261101T000000Z-v9.0.0", 3],
      ],
    );
    assert.ok(read().every(isWhole));
  });

  it("tells why something in it is no backup, and leaves out files that none is named like", () => {
    backup("20261101T000000Z-whole", "abcde");
    backup("20261102T000000Z-no-archive", undefined);
    backup("20261103T000000Z-short", "ab", 21);
    put("20261104T000000Z-no-manifest.sql.zst.age", "a");
    put("20261105T000000Z-changed.json", manifest("20261105T000000Z-changed", 1).replace("users", "user5"));
    put("20261106T000000Z-renamed.json", manifest("20261101T000000Z-whole", 5));
    for (const name of ["zz.json", "20261107T000000Z-with blank.json", "notes.sql.zst.age"]) put(name, "{}");
    assert.deepEqual(problems(), {
      "20261106T000000Z-renamed": "its manifest is of 20261101T000000Z-whole",
      "20261105T000000Z-changed": "its manifest was changed since it was written",
      "20261104T000000Z-no-manifest": "its manifest is missing",
      "20261103T000000Z-short": "its archive has 2 of 21 bytes",
      "20261102T000000Z-no-archive": "its archive is missing",
      "20261101T000000Z-whole": undefined,
    });
  });

  it("is read without following a link, waiting for a pipe, or taking in what is endless", () => {
    put("mine", manifest("20261101T000000Z-link", 3));
    symlinkSync(join(folder, "mine"), join(folder, "20261101T000000Z-link.json"));
    symlinkSync("/dev/zero", join(folder, "20261102T000000Z-endless.json"));
    execFileSync("mkfifo", [join(folder, "20261103T000000Z-pipe.json")]);
    mkdirSync(join(folder, "20261104T000000Z-folder.json"));
    put("20261105T000000Z-huge.json", "x".repeat(40_000_000));
    assert.deepEqual([...new Set(Object.values(problems()))], ["its manifest can't be read"]);
    assert.equal(read().length, 5);
  });

  it("loses the backups that are to be removed, and no other file", () => {
    for (const id of ["20261101T000000Z-a", "20261102T000000Z-b"]) backup(id, "abc");
    for (const name of ["20261101T000000Z-a.txt", "notes.json", ".hidden"]) put(name, "mine");
    assert.equal(bash(removeBackups(folder), "20261101T000000Z-a\n20269999T000000Z-missing\n"), "removed 20261101T000000Z-a\n");
    assert.deepEqual(
      readdirSync(folder).sort(),
      [".hidden", ".lock", "20261101T000000Z-a.txt", "20261102T000000Z-b.json", "20261102T000000Z-b.sql.zst.age", "notes.json"].sort(),
    );
  });

  it("has nothing that counts as a backup when a removal was interrupted at any point, and is cleared of it by the next", () => {
    const id = "20261101T000000Z-a";
    const interrupted: (() => void)[] = [
      () => backup(id, "abc"),
      () => put(`${id}.sql.zst.age`, "abc"),
      () => put(`.pruned-${id}/${id}.json`, manifest(id, 3)),
      () => undefined,
    ];
    for (const [index, leave] of interrupted.entries()) {
      mkdirSync(join(folder, `.pruned-${id}`));
      leave();
      assert.equal(read().filter(isWhole).length, index === 0 ? 1 : 0);
      bash(removeBackups(folder));
      assert.equal(read().length, index === 0 ? 1 : 0, "a whole backup goes, or half of one stays");
      assert.ok(!existsSync(join(folder, `.pruned-${id}`)));
      bash(removeBackups(folder), `${id}\n`);
    }
  });

  it("is cleared of what a killed backup left, its archive included when it had no manifest yet", () => {
    const [whole, half] = ["20261101T000000Z-a", "20261102T000000Z-b"];
    backup(whole, "abc");
    put(`${half}.sql.zst.age`, "abc");
    for (const id of [whole, half]) mkdirSync(join(folder, `.partial-${id}`));
    bash(removeBackups(folder));
    assert.deepEqual(readdirSync(folder).sort(), [".lock", `${whole}.json`, `${whole}.sql.zst.age`].sort());
  });
});
