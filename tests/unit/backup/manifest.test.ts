import assert from "node:assert/strict";
import { backupId, parseManifest, recordOf } from "../../../components/backup/manifest";

const manifest = {
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

describe("a backup's manifest", () => {
  it("is read back as it was written", () => {
    assert.deepEqual(parseManifest(JSON.stringify(manifest)), manifest);
    assert.deepEqual(recordOf(manifest), { id: manifest.id, takenAt: manifest.takenAt, bytes: 767, sha256: "63a4", verifiedAt: null });
  });

  it("counts only when it is whole", () => {
    for (const text of [
      "",
      "{",
      "null",
      "[]",
      JSON.stringify({ ...manifest, bytes: undefined }),
      JSON.stringify({ ...manifest, tables: "users" }),
      JSON.stringify(manifest).slice(0, -5),
    ])
      assert.equal(parseManifest(text), undefined, text);
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
});
