import assert from "node:assert/strict";
import type { Keep } from "../../../components/backup/contract";
import type { StoredBackup } from "../../../components/backup/folder";
import { type Circumstances, decide, neededNow, waysBack } from "../../../components/backup/retention";
import type { LiveVersion } from "../../../components/migration/read-version";
import type { LedgerRow } from "../../../components/migration/ledger";

const now = new Date("2026-11-23T12:00:00Z"); // a Monday
const none: Keep = { daily: 0, weekly: 0, monthly: 0, minimum: 1 };

const idAt = (time: string): string => `${time.replace(/[-:]/g, "").slice(0, 15)}Z-v8.0.0`;
function backup(time: string, over: Partial<StoredBackup> & { verified?: boolean } = {}): StoredBackup {
  const { verified = false, ...rest } = over;
  const manifest = {
    ...{ id: idAt(time), takenAt: `${time}.000Z`, verifiedAt: verified ? `${time}.000Z` : null, databaseVersion: "v8.0.0", server: "" },
    ...{ tables: [], bytes: 1, sha256: "", plainBytes: 1, plainSha256: "" },
  };
  return { id: manifest.id, archiveBytes: 1, manifest, ...rest };
}
const circumstances = (keep: Partial<Keep> = {}, over: Partial<Circumstances> = {}): Circumstances => ({
  keep: { ...none, ...keep },
  database: "selfhelp",
  needed: new Map(),
  now,
  ...over,
});
/** Ids that stay, each with its reason. */
const staying = (backups: StoredBackup[], given = circumstances()): Record<string, string> =>
  Object.fromEntries(decide(backups, given).flatMap(({ id, stays, why }) => (stays ? [[id, why]] : [])));

/** One at noon of each day, newest first. */
const daily = (days: number): StoredBackup[] =>
  Array.from({ length: days }, (_, day) => backup(new Date(now.getTime() - day * 24 * 3600 * 1000).toISOString().slice(0, 19)));

describe("which backups stay", () => {
  it("is the newest of each day, week and month, as far back as is configured, each with its reason", () => {
    const backups = daily(80);
    assert.deepEqual(staying(backups, circumstances({ daily: 3, weekly: 3, monthly: 3 })), {
      "20261123T120000Z-v8.0.0": "one of the newest 1",
      "20261122T120000Z-v8.0.0": "the newest of 2026-11-22",
      "20261121T120000Z-v8.0.0": "the newest of 2026-11-21",
      "20261115T120000Z-v8.0.0": "the newest of the week from 2026-11-09",
      "20261031T120000Z-v8.0.0": "the newest of 2026-10",
      "20260930T120000Z-v8.0.0": "the newest of 2026-09",
    });
  });

  it("is only one of several of a day, unless the minimum says more", () => {
    const day = ["2026-11-20T01:00:00", "2026-11-20T02:00:00", "2026-11-20T03:00:00"].map((time) => backup(time));
    assert.deepEqual(Object.keys(staying(day, circumstances({ daily: 7 }))), [idAt("2026-11-20T03:00:00")]);
    assert.deepEqual(Object.keys(staying(day, circumstances({ daily: 7, minimum: 2 }))).length, 2);
  });

  it("counts days that have a backup: a stack that rests loses none by and by", () => {
    const old = ["2025-01-05T00:00:00", "2025-01-04T00:00:00", "2025-01-03T00:00:00"].map((time) => backup(time));
    assert.equal(Object.keys(staying(old, circumstances({ daily: 3 }))).length, 3);
  });

  it("tells why the others go", () => {
    const [, second] = decide(daily(2), circumstances({ daily: 1 }));
    assert.deepEqual(second, {
      id: "20261122T120000Z-v8.0.0",
      stays: false,
      why: "not the newest of a day, week or month that is kept (1 days, 0 weeks, 0 months)",
    });
  });

  it("always is the newest that was verified, however old", () => {
    const verified = backup("2025-01-01T00:00:00", { verified: true });
    const older = backup("2024-01-01T00:00:00", { verified: true });
    assert.equal(staying([...daily(5), verified, older])[verified.id], "the newest that was verified");
    assert.equal(staying([...daily(5), verified, older])[older.id], undefined);
  });

  it("always is the way back from where the database is", () => {
    const backups = daily(9);
    const id = backups[8]?.id ?? "";
    assert.equal(
      staying(backups, circumstances({}, { needed: new Map([[id, "the way back from v8.0.0"]]) }))[id],
      "the way back from v8.0.0",
    );
  });

  it("is one at least, also when nothing is to be kept", () => {
    assert.deepEqual(Object.keys(staying(daily(3), circumstances({ minimum: 0 }))), [idAt("2026-11-23T12:00:00")]);
  });

  it("is whatever can't be judged: a time in the future or that can't be read, a changed manifest, half an archive, another database", () => {
    const future = backup("2027-01-01T00:00:00");
    const odd = backup("2026-11-01T00:00:00");
    if (odd.manifest !== undefined) odd.manifest.takenAt = "yesterday";
    const changed = backup("2026-11-02T00:00:00", { manifest: undefined, problem: "its manifest was changed since it was written" });
    const half = backup("2026-11-03T00:00:00", { problem: "its archive has 1 of 2 bytes" });
    const other = backup("2026-11-04T00:00:00");
    if (other.manifest !== undefined) other.manifest.details = { database: "wiki" } as never;
    const kept = staying([future, ...daily(1), other, half, changed, odd]);
    assert.deepEqual(
      [kept[future.id], kept[odd.id], kept[changed.id], kept[half.id], kept[other.id]],
      [
        "its time is in the future: look at it",
        "its time can't be read: look at it",
        "its manifest was changed since it was written: look at it",
        "its archive has 1 of 2 bytes: look at it",
        "it is of the database wiki",
      ],
    );
  });

  it("doesn't count those as the minimum that something is wrong with", () => {
    const future = backup("2027-01-01T00:00:00", { verified: true });
    const good = backup("2026-11-01T00:00:00");
    assert.equal(staying([future, good])[good.id], "one of the newest 1");
  });
});

describe("the way back from where a database is", () => {
  const row = (over: Partial<LedgerRow>): LedgerRow =>
    ({ state: "applied", done: 1, to_version: "v8.1.0", backup: "a", ...over }) as LedgerRow;

  it("is the backup before the scripts that led there, not one before earlier scripts", () => {
    const ledger = [row({ to_version: "v8.0.0", backup: "old" }), row({ backup: "new" }), row({ to_version: "v8.1", backup: "same" })];
    assert.deepEqual([...waysBack("v8.1.0", ledger).keys()], ["new", "same"]);
  });

  it("is the backup before a script that stopped half way, whatever it leads to", () => {
    const ledger = [
      row({ state: "failed", backup: "half" }),
      row({ state: "running", done: 0, backup: "lost" }),
      row({ state: "failed", done: 0, backup: "no" }),
    ];
    assert.deepEqual([...waysBack("v8.1.0 (half-applied: 1 of 2 statements of 40.sql)", ledger).keys()], ["half", "lost"]);
  });

  it("is the backup before the last scripts that ran when the version can't be read any more", () => {
    const ledger = [
      row({ to_version: "v8.0.0", backup: "old" }),
      row({ backup: "new" }),
      row({ to_version: "v8.2.0", state: "failed", done: 0, backup: "no" }),
    ];
    assert.deepEqual([...waysBack("unknown", ledger).keys()], ["new"]);
  });

  it("is joined by the backup that is to be restored, and by the one of a restore that was interrupted, whose ledger is gone", () => {
    const live = { label: "restored from half in part only", ledger: [], restoring: "half" } as unknown as LiveVersion;
    assert.deepEqual([...neededNow(live, "wanted").keys()], ["wanted", "half"]);
  });

  it("is none for a database that was made from nothing", () => assert.equal(waysBack("v8.1.0", [row({ backup: null })]).size, 0));
});
