import assert from "node:assert/strict";
import type { BackupManifest, ManifestDetails } from "../../../components/backup/contract";
import { backupId, isBackupId, manifestText, readManifest, recordOf } from "../../../components/backup/manifest";

/** As the tool's first release wrote them, without a checksum. */
const old: BackupManifest = {
  id: "20261123T042418Z-v8.0.0",
  takenAt: "2026-11-23T04:24:18.123Z",
  verifiedAt: null,
  databaseVersion: "v8.0.0",
  server: "10.11.19-MariaDB",
  tables: ["users", "version"],
  bytes: 767,
  sha256: "63a4",
  plainBytes: 1436,
  plainSha256: "f35d",
};
const manifest: BackupManifest = {
  ...old,
  details: {
    database: "selfhelp",
    characterSet: "utf8mb4",
    collation: "utf8mb4_bin",
    address: "127.0.0.1:3306, over db1",
    storedBytes: 32768,
    commits: { web1: "c".repeat(40) },
    definers: ["root@localhost"],
    objects: [
      { kind: "table", name: "users", rows: 2 },
      { kind: "table", name: 'odd "name"}', rows: 0 },
    ],
    tools: ["mariadb-dump", "zstd", "age"],
    dumpSeconds: 1.25,
    verifySeconds: null,
  },
};
const problemOf = (text: string): string | undefined => {
  const read = readManifest(text);
  return "problem" in read ? read.problem : undefined;
};

describe("a backup's manifest", () => {
  it("is read back as it was written", () => {
    assert.deepEqual(readManifest(manifestText(manifest)), manifest);
    assert.deepEqual(recordOf(manifest), { id: manifest.id, takenAt: manifest.takenAt, bytes: 767, sha256: "63a4", verifiedAt: null });
  });

  it("of the tool's first release is read, and stays readable when it is written anew", () => {
    assert.deepEqual(readManifest(`${JSON.stringify(old)}\n`), old);
    assert.deepEqual(readManifest(manifestText(old)), old);
  });

  it("counts only when it is whole", () => {
    for (const text of [
      "",
      "{",
      "null",
      "[]",
      JSON.stringify({ ...old, bytes: undefined }),
      JSON.stringify({ ...old, tables: "users" }),
      JSON.stringify(old).slice(0, -5),
    ])
      assert.equal(problemOf(text), "its manifest can't be read", text);
  });

  it("does not count when whoever wrote it put into it what this tool never does, with a right checksum", () => {
    const bad: [keyof BackupManifest, unknown][] = [
      ["bytes", "200"],
      ["bytes", -1],
      ["plainBytes", 1.5],
      ["takenAt", "yesterday"],
      ["takenAt", "2026-11-23T04:24:18.123Z\u001b[2J"],
      ["verifiedAt", "2026-99-99T04:24:18Z"],
      ["databaseVersion", "v8.0.0\nv9.0.0"],
      ["server", "x".repeat(10_000_000)],
      ["tables", [1]],
    ];
    const badDetails: [string, unknown][] = [
      ["characterSet", "utf8mb4; DROP DATABASE selfhelp_production"],
      ["collation", "utf8mb4_bin; DROP USER root@localhost"],
      ["definers", [{}]],
      ["definers", ["root@localhost\u001b[2J"]],
      ["objects", [{ kind: "table" }]],
      ["objects", [{ kind: "table", name: "users", rows: "2" }]],
      ["database", 7],
    ];
    for (const [name, value] of bad)
      assert.equal(
        problemOf(manifestText({ ...manifest, [name]: value })),
        "its manifest can't be read",
        `${name} ${`${value}`.slice(0, 50)}`,
      );
    for (const [name, value] of badDetails)
      assert.equal(
        problemOf(manifestText({ ...manifest, details: { ...manifest.details, [name]: value } as ManifestDetails })),
        "its manifest is of another release of this tool",
        name,
      );
  });

  it("does not count when anything in it was changed, its checksum taken away included", () => {
    const text = manifestText(manifest);
    const changed = [
      text.replace('"rows":2', '"rows":3'),
      text.replace("v8.0.0", "v8.1.0"),
      text.replace("sha256:", "sha256:0").replace(/.("})/, "$1"),
      text.replace(/,"checksum":"[^"]*"/, ""),
    ];
    for (const one of changed) {
      assert.notEqual(one, text);
      assert.equal(problemOf(one), "its manifest was changed since it was written", one);
    }
  });
});

describe("a backup's id", () => {
  const at = new Date("2026-11-23T04:24:18.123Z");

  it("sorts by time and names the version", () => {
    assert.equal(backupId(at, "v8.0.0"), "20261123T042418Z-v8.0.0");
    assert.ok(backupId(at, "v9.0.0") < backupId(new Date("2026-11-23T04:24:19Z"), "v8.0.0"));
  });

  it("is a plain file name whatever the version's label says", () => {
    assert.equal(
      backupId(at, "v8.1.0 (half-applied: 12 of 21 statements of 40_…/x.sql)"),
      "20261123T042418Z-v8.1.0-half-applied-12-of-21-statements-of-40-x.sql",
    );
    assert.equal(backupId(at, "../../etc"), "20261123T042418Z-etc");
    assert.ok(backupId(at, "x".repeat(500)).length < 100);
  });

  it("is told from any other word", () => {
    for (const label of ["v8.0.0", "v8.1.0 (half-applied: 1 of 2)", "…", "x".repeat(500)])
      assert.ok(isBackupId(backupId(at, label)), label);
    for (const word of ["", "../x", "20261123T042418Z-a/b", "20261123T042418Z-a'b", "latest"]) assert.ok(!isBackupId(word), word);
  });
});
