import assert from "node:assert/strict";
import type { BackupInputs, BackupRecord } from "../../../components/backup/contract";
import type { StoredBackup } from "../../../components/backup/folder";
import { type LiveBackup, planBackup } from "../../../components/backup/plan";
import { unknown } from "../../../provider/handler";

const commit = "b".repeat(40);
const wanted: BackupInputs = {
  version: "v8.1.0",
  scripts: ["40_update_v8.0.0_v8.1.0.sql (10 statements)", "api_routes.sql (12 statements, 5741361c)"],
  repository: "/r",
  commit,
  scriptsFolder: "db/update_scripts",
  afterEach: ["api_routes.sql"],
  strategy: "blue-green",
  atLeast: false,
  restoreFrom: null,
  acknowledged: [],
  commits: { web1: commit, web2: commit },
  recipient: "age1…",
  directory: "/var/backups/selfhelp",
  verify: true,
  rehearsal: true,
  takesBack: false,
  keep: { daily: 0, weekly: 0, monthly: 0, minimum: 2 },
};
const record: BackupRecord = {
  id: "20261101T000000Z-v8.0.0",
  takenAt: "2026-11-01T00:00:00.000Z",
  bytes: 1,
  sha256: "ab",
  verifiedAt: null,
};
const live = (over: Partial<BackupInputs> = {}, lastBackup: BackupRecord | null = record, stored: StoredBackup[] = []): LiveBackup => ({
  label: over.version ?? wanted.version,
  isPartial: false,
  served: wanted.commits,
  inputs: { ...wanted, ...over },
  state: { lastBackup, backupId: null, copy: null, change: "unchanged" },
  stored,
  needed: new Map(),
  database: "selfhelp",
  readAt: new Date("2026-11-23T04:24:18Z"),
});
const whole = (id: string): StoredBackup => {
  const manifest = { ...record, id, databaseVersion: "v8.0.0", server: "", tables: [], plainBytes: 1, plainSha256: "" };
  return { id, archiveBytes: 1, manifest };
};

describe("the plan of a backup", () => {
  it("needs none while everything is as wanted, and shows the last one", () => {
    assert.deepEqual(planBackup(live(), wanted), { lastBackup: record, backupId: null, copy: null, change: "unchanged" });
  });

  it("makes one before the database changes, before code changes on any host, and after drift by hand", () => {
    const changes = [
      { version: "v8.0.0" },
      { version: "v8.2.0" },
      { scripts: ["40_update_v8.0.0_v8.1.0.sql (10 statements)", "api_routes.sql (9 statements, 01234567)"] },
      { commits: { web1: commit, web2: "a".repeat(40) } },
      { commits: { web1: "none", web2: commit } },
    ];
    for (const change of changes) {
      const planned = planBackup(live(change), wanted);
      assert.deepEqual([planned.backupId, planned.lastBackup], [unknown, unknown], JSON.stringify(change));
    }
    assert.equal(planBackup(live({ version: "v8.0.0" }), wanted).change, "of v8.0.0 to /var/backups/selfhelp");
  });

  it("makes none of an empty database, which has nothing to lose", () => {
    assert.deepEqual(planBackup(live({ version: "empty" }, null), wanted), {
      lastBackup: null,
      backupId: null,
      copy: null,
      change: "none: the database is empty",
    });
  });

  it("makes one of what is given up for a restore, which need not be proven; but none of what an interrupted one has left", () => {
    const version = "v8.2.0 (before the restore of 20260101T000000Z-v8.1.0)";
    const planned = planBackup({ ...live({ version }), label: "v8.2.0" }, wanted);
    assert.deepEqual([planned.backupId, planned.copy, planned.change], [unknown, null, "of v8.2.0 to /var/backups/selfhelp"]);
    assert.equal(planBackup({ ...live({ version }), isPartial: true }, wanted).change, "none: the database holds part of a backup");
  });

  it("says how many old ones go when there is a new one", () => {
    const stored = ["20261103T000000Z-v8.0.0", "20261102T000000Z-v8.0.0", "20261101T000000Z-v8.0.0"].map(whole);
    assert.match(
      String(planBackup(live({ version: "v8.0.0" }, record, stored), wanted).change),
      /^of v8\.0\.0 to \S+, removing 2 old ones$/,
    );
    assert.equal(planBackup(live({}, record, stored), wanted).change, "unchanged");
  });

  it("makes one of a half-applied database", () => {
    const half = "v8.1.0 (half-applied: 12 of 21 statements of 40_update.sql)";
    assert.equal(planBackup(live({ version: half }), wanted).change, `of ${half} to /var/backups/selfhelp`);
  });
});
