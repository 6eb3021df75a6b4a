import assert from "node:assert/strict";
import type { DatabaseVersionInputs } from "../../../components/migration/contract";
import { halfApplied, type LedgerRow } from "../../../components/migration/ledger";
import { type MigrationPlan, planMigration, type Sources } from "../../../components/migration/plan";
import type { LiveVersion } from "../../../components/migration/read-version";
import { checksumOfFirst, type Script, scriptOf } from "../../../components/migration/script";

const scriptWith = (file: string, from: string, to: string, statements: number): Script =>
  scriptOf({ file, from, to }, Buffer.from(Array.from({ length: statements }, (_, index) => `SELECT ${index};`).join("\n")));

const base = scriptWith("db/base.sql", "empty", "v8.0.0", 7);
const script40 = scriptWith("40_update_v8.0.0_v8.1.0.sql", "v8.0.0", "v8.1.0", 21);
const script41 = scriptWith("41_update_v8.1.0_v8.2.0.sql", "v8.1.0", "v8.2.0", 4);
const chain = [scriptWith("39_update_v7.6.0_v8.0.0.sql", "v7.6.0", "v8.0.0", 3), script40, script41];
const sources: Sources = { base, chain, helpers: [], changed: [], acknowledged: [] };
const routes = scriptWith("api_routes.sql", "", "", 2);

const at = (label: string, over: Partial<LiveVersion> = {}): LiveVersion => ({
  label,
  unfinished: undefined,
  restoring: undefined,
  restored: [],
  isRunning: false,
  applied: [],
  ledger: [],
  ...over,
});
const rowOf = (script: Script, done: number, over: Partial<LedgerRow> = {}): LedgerRow => ({
  id: 1,
  script: script.file,
  from_version: script.from,
  to_version: script.to,
  checksum: script.checksum,
  commit_id: null,
  operator: null,
  statements: script.statements,
  done,
  done_checksum: checksumOfFirst(script, done),
  state: "failed",
  error: "error 1060 (42S21): Duplicate column name 'email'",
  backup: "20260101T000000Z-v8.0.0",
  finished_at: "2026-01-01T10:00:00.000000Z",
  ...over,
});
const halfWay = (script: Script, done: number, over: Partial<LedgerRow> = {}): LiveVersion => {
  const unfinished = rowOf(script, done, over);
  return at(halfApplied(unfinished), { unfinished });
};
const wanted = (version: string): DatabaseVersionInputs => ({
  version,
  scripts: [],
  repository: "/r",
  commit: "0123456789".repeat(4),
  scriptsFolder: "db/update_scripts",
  backup: "20260101T000000Z-v8.0.0",
  rehearsed: null,
  durations: null,
  session: { lockWaitSeconds: 30 },
  afterEach: [],
  strategy: "blue-green",
  atLeast: false,
  restoreFrom: null,
  acknowledged: [],
});
const inWindow = (live: LiveVersion, version: string, of = sources): MigrationPlan =>
  planMigration(live, { ...wanted(version), strategy: "maintenance" }, of);
const plan = (live: LiveVersion, version: string, of = sources): MigrationPlan => planMigration(live, wanted(version), of);
const files = ({ steps }: Pick<MigrationPlan, "steps">): string[] => steps.map(({ script, done }) => `${script.file} from ${done}`);

describe("the plan of a migration", () => {
  it("follows the chain from the live version to the wanted one", () => {
    assert.equal(plan(at("v8.0.0"), "v8.1.0").change, "v8.0.0 -> v8.1.0, 1 script, 21 statements");
    const both = plan(at("8.0"), "v8.2.0");
    assert.deepEqual(files(both), ["40_update_v8.0.0_v8.1.0.sql from 0", "41_update_v8.1.0_v8.2.0.sql from 0"]);
    assert.equal(both.change, "8.0 -> v8.2.0, 2 scripts, 25 statements");
  });

  it("leaves a newer database where it is when nobody has said where it should be", () => {
    const older = planMigration(at("v8.2.0"), { ...wanted("v8.1.0"), atLeast: true }, sources);
    assert.deepEqual([older.steps, older.change], [[], "v8.2.0"]);
  });

  it("makes an empty database with the base, then follows the chain from there", () => {
    const whole = plan(at("empty"), "v8.1.0");
    assert.deepEqual(files(whole), ["db/base.sql from 0", "40_update_v8.0.0_v8.1.0.sql from 0"]);
    assert.equal(whole.change, "empty -> v8.1.0, base db/base.sql, 1 script, 21 statements");
    assert.equal(plan(at("empty"), "v8.0.0").change, "empty -> v8.0.0, base db/base.sql");
  });

  it("takes a half-applied script up where it stopped, and goes on behind it", () => {
    const live = halfWay(script40, 12);
    assert.equal(live.label, "v8.1.0 (half-applied: 12 of 21 statements of 40_update_v8.0.0_v8.1.0.sql)");
    const rest = plan(live, "v8.2.0");
    assert.deepEqual(files(rest), ["40_update_v8.0.0_v8.1.0.sql from 12", "41_update_v8.1.0_v8.2.0.sql from 0"]);
    assert.equal(rest.change, `${live.label} -> v8.2.0, 2 scripts, 13 statements`);
  });

  it("takes a half-applied base up as well", () => {
    assert.deepEqual(files(plan(halfWay(base, 3, { backup: null }), "v8.0.0")), ["db/base.sql from 3"]);
  });
});

describe("a migration is refused", () => {
  const refused = (live: LiveVersion, version: string, reason: RegExp, of = sources): void =>
    assert.throws(() => plan(live, version, of), { name: "MigrationRefused", message: reason });

  it("towards an older version", () => {
    refused(at("v8.2.0"), "v8.1.0", /the database is at v8.2.0, newer than the wanted v8.1.0: a downgrade is a rollback, not a migration/);
    refused(at("empty"), "v7.9.0", /the base script makes v8.0.0, newer than the wanted v7.9.0/);
  });

  it("while a restore was interrupted, unless that very restore is what is wanted", () => {
    const live = at("restored from 20260101T000000Z-v8.1.0 in part only", { restoring: "20260101T000000Z-v8.1.0" });
    refused(live, "v8.1.0", /a restore was interrupted.*selfhelp rollback --database 20260101T000000Z-v8\.1\.0/);
    const again = { ...wanted("v8.1.0"), restoreFrom: "20260101T000000Z-v8.1.0" };
    assert.deepEqual(planMigration(live, again, sources).steps, []);
  });

  it("where the version can't be read any more, unless a restore is what is wanted", () => {
    refused(at("unknown"), "v8.1.0", /can't be read any more.*INSERT INTO version.*selfhelp rollback --database previous/);
    assert.deepEqual(planMigration(at("unknown"), { ...wanted("v8.1.0"), restoreFrom: "20260101T000000Z-v8.1.0" }, sources).steps, []);
  });

  it("where no scripts lead", () => {
    refused(at("v8.0.5"), "v8.1.0", /commit 0123456789 has no script from v8.0.5 towards v8.1.0.*Its scripts: 39_update/);
    refused(at("v8.0.0"), "v8.0.7", /no script from v8.0.0 towards v8.0.7/);
    refused(at("v8.1.0"), "v9.0.0", /no script from v8.2.0 towards v9.0.0/);
    refused(at("v8.0.0"), "v8.1.0", /Its scripts: none/, { ...sources, chain: [] });
  });

  it("where two scripts lead on from a version on the way, but not from one that was passed long ago", () => {
    const fork = { ...script40, file: "40a_update_v8.0.0_v8.0.5.sql", to: "v8.0.5" };
    const forked = { ...sources, chain: [...chain, fork] };
    refused(
      at("v8.0.0"),
      "v8.1.0",
      /40_update_v8\.0\.0_v8\.1\.0\.sql and 40a_update_v8\.0\.0_v8\.0\.5\.sql both start at v8\.0\.0/,
      forked,
    );
    assert.deepEqual(files(plan(at("v8.1.0"), "v8.2.0", forked)), ["41_update_v8.1.0_v8.2.0.sql from 0"]);
  });

  it("from nothing without a base, and from what is no version", () => {
    refused(at("empty"), "v8.1.0", /the database is empty.*Set selfhelp:base/, { ...sources, base: undefined });
    refused(at("by hand"), "v8.1.0", /says that its version is "by hand".*UPDATE version SET version/);
  });

  it("of a script that was applied before, when only the version says otherwise", () => {
    const applied = [rowOf(script40, 21, { state: "applied", error: null })];
    refused(
      at("v8.0.0", { applied }),
      "v8.1.0",
      /40_update_v8.0.0_v8.1.0.sql was applied on 2026-01-01.*UPDATE version SET version = 'v8.1.0'.*DELETE FROM selfhelp_migrations/,
    );
    assert.deepEqual(files(plan(at("v8.1.0", { applied }), "v8.2.0")), ["41_update_v8.1.0_v8.2.0.sql from 0"]);
  });

  describe("where the release that serves users would break", () => {
    const contract = scriptOf(
      { file: script41.file, from: "v8.1.0", to: "v8.2.0" },
      Buffer.from("UPDATE version SET version = 'v8.2.0';\nALTER TABLE users DROP COLUMN email;"),
    );
    const contracting = { ...sources, chain: [script40, contract] };

    it("with the place, and how to accept it", () => {
      refused(
        at("v8.1.0"),
        "v8.2.0",
        /the release that serves users until the switch would break:\n {4}41_update_v8\.1\.0_v8\.2\.0\.sql:2:1 drop-column: .*\n[^]*- \{rule: drop-column, script: "41_update/,
        contracting,
      );
    });

    it("but not once that is accepted, for that script alone, nor where there is no such release yet", () => {
      const acknowledged = [{ rule: "drop-column", script: contract.file, reason: "nobody reads it" }];
      assert.deepEqual(plan(at("v8.1.0"), "v8.2.0", { ...contracting, acknowledged }).findings, []);
      const other = [{ ...acknowledged[0], script: "40_update_v8.0.0_v8.1.0.sql" }] as typeof acknowledged;
      refused(at("v8.1.0"), "v8.2.0", /would break/, { ...contracting, acknowledged: other });
      assert.ok(plan(at("empty"), "v8.2.0", contracting).findings.length > 0);
    });

    it("but not in a maintenance window, when nobody is served", () => {
      assert.match(inWindow(at("v8.1.0"), "v8.2.0", contracting).findings.join("\n"), /drop-column/);
    });
  });

  it("while a script that was applied is another one now, with the difference and how to accept it", () => {
    const changed = [
      { file: script40.file, appliedAt: "2026-01-01T10:00:00Z", difference: ["statement 2 was: SELECT 1", "statement 2 is:  SELECT 9"] },
    ];
    refused(
      at("v8.1.0"),
      "v8.2.0",
      /40_update_v8\.0\.0_v8\.1\.0\.sql was changed after it was applied on 2026-01-01\n {8}statement 2 was: SELECT 1\n {8}statement 2 is: {2}SELECT 9\n.*new script[^]*selfhelp:acknowledge:\n {6}- \{rule: changed-script, script: "40_update/,
      { ...sources, changed },
    );
  });

  it("of a half-applied script that the release doesn't have, or that is to be left behind", () => {
    const live = halfWay(script40, 12);
    const stopped = /40_update_v8.0.0_v8.1.0.sql\), stopped by: error 1060 \(42S21\): Duplicate column name 'email'; /;
    refused(
      live,
      "v8.1.0",
      new RegExp(`${stopped.source}commit 0123456789 doesn't have that script.*Or restore the backup 20260101T000000Z-v8.0.0`),
      { ...sources, chain: [script41] },
    );
    refused(live, "v8.0.0", new RegExp(`${stopped.source}going back to v8.0.0 is a rollback.*Set selfhelp:databaseVersion to v8.1.0`));
  });

  it("while somebody else runs it", () => {
    const live = halfWay(script40, 12, { state: "running", error: null, operator: "ann@laptop" });
    refused({ ...live, isRunning: true }, "v8.1.0", /40_update_v8\.0\.0_v8\.1\.0\.sql is being run right now by ann@laptop/);
  });

  it("of a half-applied script whose statement's end nobody saw", () => {
    refused(
      halfWay(script40, 12, { state: "running", error: null }),
      "v8.1.0",
      /it can't be continued: it was interrupted in statement 13/,
    );
  });
});

describe("files that run after each migration", () => {
  const withRoutes = { ...sources, helpers: [routes] };
  const applied = [rowOf({ ...routes, from: "v8.1.0", to: "v8.1.0" }, 2, { state: "applied", error: null })];

  it("run behind the scripts, whether or not they changed", () => {
    const { steps, change } = plan(at("v8.1.0", { applied }), "v8.2.0", withRoutes);
    assert.deepEqual(files({ steps }), ["41_update_v8.1.0_v8.2.0.sql from 0", "api_routes.sql from 0"]);
    assert.equal(change, "v8.1.0 -> v8.2.0, 2 scripts, 6 statements");
    assert.deepEqual([steps[1]?.script.from, steps[1]?.script.to], ["v8.2.0", "v8.2.0"]);
  });

  it("run without a migration when their content is another than the last time, or they never ran", () => {
    assert.deepEqual(files(plan(at("v8.1.0", { applied }), "v8.1.0", withRoutes)), []);
    const other = { ...sources, helpers: [scriptWith("api_routes.sql", "", "", 3)] };
    const { steps, change } = plan(at("v8.1.0", { applied }), "v8.1.0", other);
    assert.deepEqual(files({ steps }), ["api_routes.sql from 0"]);
    assert.equal(change, "v8.1.0, 1 script, 3 statements");
    assert.deepEqual(files(plan(at("v8.1.0"), "v8.1.0", withRoutes)), ["api_routes.sql from 0"]);
  });

  it("that stopped half way run again from their begin", () => {
    const live = halfWay({ ...routes, from: "v8.1.0", to: "v8.1.0" }, 1);
    assert.deepEqual(files(plan(live, "v8.1.0", withRoutes)), ["api_routes.sql from 0"]);
    assert.deepEqual(files(plan(live, "v8.2.0", withRoutes)), ["41_update_v8.1.0_v8.2.0.sql from 0", "api_routes.sql from 0"]);
  });
});
