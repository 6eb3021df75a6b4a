import assert from "node:assert/strict";
import type { BackupManifest } from "../../../components/backup/contract";
import type { RecordedDeployment } from "../../../components/audit/deployments";
import type { LedgerRow } from "../../../components/migration/ledger";
import { backupBefore, deploymentsSince, lossOf, rowDifferences } from "../../../components/rollback/loss";

const manifest = (id: string, over: Partial<BackupManifest> = {}): BackupManifest =>
  ({ id, takenAt: "2026-11-23T04:24:18.000Z", databaseVersion: "v8.0.0", ...over }) as BackupManifest;
const row = (script: string, over: Partial<LedgerRow> = {}): LedgerRow =>
  ({ script, backup: null, finished_at: null, ...over }) as LedgerRow;

describe("what goes with a restore", () => {
  it("is what was written since, and the scripts that ran since", () => {
    const ledger = [
      row("39.sql", { finished_at: "2026-11-23T04:00:00.000000Z" }),
      row("40.sql", { finished_at: "2026-11-23T04:30:00.000000Z" }),
      row("41.sql"),
    ];
    assert.deepEqual(lossOf(manifest("a"), { ledger }, new Date("2026-11-23T07:00:00Z")), {
      since: "2026-11-23 04:24:18",
      hours: "2.6",
      scripts: ["40.sql"],
    });
  });

  it("is what was deployed since, also by the deployment that made the backup", () => {
    const deployment = (at: string, seconds: number, release: string | null): RecordedDeployment =>
      ({
        at,
        seconds,
        release,
        purpose: "deployment of stack production",
        result: release === null ? "failed" : "done",
        operator: "ann@laptop",
      }) as RecordedDeployment;
    const log = [
      deployment("2026-11-23T04:10:00.000Z", 30, "v8.0.0"),
      deployment("2026-11-23T04:24:10.000Z", 30, "v8.1.0"),
      deployment("2026-11-23T05:00:00.000Z", 3, null),
    ];
    assert.deepEqual(deploymentsSince(manifest("a"), log), [
      "2026-11-23 04:24 v8.1.0, done, by ann@laptop",
      "2026-11-23 05:00 deployment of stack production, failed, by ann@laptop",
    ]);
  });

  it("is told by the tables that have more or fewer rows, or are gone", () => {
    const objects = [
      { kind: "table", name: "users", rows: 118 },
      { kind: "table", name: "old", rows: 3 },
      { kind: "table", name: "same", rows: 7 },
      { kind: "view", name: "names" },
    ];
    const details = { objects } as unknown as BackupManifest["details"];
    const live = new Map([
      ["users", 120],
      ["same", 7],
    ]);
    assert.deepEqual(rowDifferences(manifest("a", { details }), live), ["users: 120 rows -> 118", "old: not there -> 3"]);
  });
});

describe("the backup before the last migration", () => {
  const manifests = [manifest("c"), manifest("b"), manifest("a")];

  it("is the one that its scripts name, also when code was deployed since", () => {
    const ledger = [row("39.sql", { backup: "a" }), row("40.sql", { backup: "b" }), row("41.sql")];
    assert.equal(backupBefore({ ledger }, manifests)?.id, "b");
  });

  it("is none where no script ran, or it was removed", () => {
    assert.equal(backupBefore({ ledger: [] }, manifests), undefined);
    assert.equal(backupBefore({ ledger: [row("40.sql", { backup: "gone" })] }, manifests), undefined);
  });
});
