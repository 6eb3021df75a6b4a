import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseVersionInputs } from "../../components/migration/contract";
import { databaseVersion } from "../../components/migration/handler";
import { createHistory } from "../../lab/app/history";
import { readFileAt } from "../../repository/files";
import { resolveCommit } from "../../repository/resolve";
import { waitFor } from "../../lab/process";
import { Fixture } from "../unit/repository/fixture";
import { messageOf } from "./failing";
import { folder, type MigrationHost } from "./migration-host";

/** Tests of what becomes of the demo application's database, release by release, on a server. */
export function demoHistory(on: MigrationHost): void {
  let parent: string;
  let history: string;

  before(async () => {
    parent = mkdtempSync(join(tmpdir(), "history-"));
    history = join(parent, "app");
    await createHistory(history);
  });
  after(() => rmSync(parent, { recursive: true, force: true }));

  const wants = async (tag: string, over: Partial<DatabaseVersionInputs> = {}): Promise<DatabaseVersionInputs> =>
    on.wants(history, await resolveCommit(history, tag), over);
  const up = async (tag: string, over: Partial<DatabaseVersionInputs> = {}): Promise<string> =>
    (await on.up(await wants(tag, over))).version;
  const textOf = async (tag: string, path: string): Promise<string> =>
    (await readFileAt(history, await resolveCommit(history, tag), path)).toString("utf8");
  /** Every file of a chain, as the client runs them on a fresh schema; also those with a failure in them, with `--force`. */
  const byClient = async (tag: string, scripts: readonly string[], ...options: string[]): Promise<string> => {
    await on.freshSchema();
    for (const path of ["db/base.sql", ...scripts.map((script) => `${folder}/${script}`)])
      await on.byClient(await textOf(tag, path), ...options);
    return on.dump();
  };
  const [profiles, next] = ["40_update_v8.0.0_v8.1.0.sql", "41_update_v8.1.0_v8.2.0.sql"];

  it("goes from nothing to v8.0.0, over a code-only release to v8.1.0, as the client would", async () => {
    assert.equal((await on.planned(await wants("v8.0.0"))).change, "empty -> v8.0.0, base db/base.sql");
    assert.equal(await up("v8.0.0"), "v8.0.0");
    assert.deepEqual((await on.read(await wants("v8.0.1"))).inputs, await wants("v8.0.1"), "nothing is due");
    assert.equal((await on.planned(await wants("v8.1.0"))).change, "v8.0.0 -> v8.1.0, 1 script, 10 statements");
    assert.equal(await up("v8.1.0"), "v8.1.0");
    const ours = await on.dump();
    assert.equal(ours, await byClient("v8.1.0", [profiles]));
  });

  it("is taken over where the client has run it, and goes on from there", async () => {
    await byClient("v8.1.0", [profiles]);
    const { inputs, state } = await on.read(await wants("v8.1.0"));
    assert.deepEqual(inputs, await wants("v8.1.0"));
    assert.equal(state.changedAt, null);
    assert.ok(!(await on.tables()).includes("selfhelp_migrations"), "reading writes nothing");
    const acknowledged = ["rename-column", "not-null-without-default"].map((rule) => ({
      rule,
      script: next as string,
      reason: "v8.1 is gone",
    }));
    assert.equal(await up("v8.2.0-contract", { acknowledged }), "v8.2.0");
    const ours = await on.dump();
    assert.equal(ours, await byClient("v8.2.0-contract", [profiles, next]));
  });

  it("is refused where the release that serves users would break, before anything is sent", async () => {
    await byClient("v8.1.0", [profiles]);
    const before = await on.dump();
    assert.match(
      await messageOf(up("v8.2.0-contract")),
      /the release that serves users until the switch would break:\n {4}41_update_v8\.1\.0_v8\.2\.0\.sql:\d+:1 rename-column: renames users\.username to login/,
    );
    assert.equal(await on.dump(), before);
  });

  it("stops at a syntax error, with what ran before it", async () => {
    await up("v8.1.0");
    const message = await messageOf(up("v8.2.0-syntax-error"));
    assert.match(message, new RegExp(`^${next}:11:1: error 1064 .*\\n    statement 3 of 4: ALTER TABEL \`notes\``));
    assert.match(message, /the first 2 of 4 statements of this script took effect/);
    await assert.rejects(up("v8.1.0"), /doesn't have that script.*Or restore the backup/);
  });

  it("stops half way, is refused with another beginning, and is finished by a corrected script", async () => {
    await up("v8.1.0");
    assert.match(await messageOf(up("v8.2.0-fails-half-way")), /error 1060 .*Duplicate column name 'email'\n    statement 4 of 5/);
    const broken = await textOf("v8.2.0-fails-half-way", `${folder}/${next}`);
    const corrected = broken.replace("ADD COLUMN `email` varchar(255)", "ADD COLUMN `phone` varchar(50)");
    const fixture = new Fixture();
    const release = async (sql: string): Promise<DatabaseVersionInputs> =>
      on.wants(fixture.repository, fixture.commit({ "db/base.sql": "", [`${folder}/${next}`]: sql }));
    await assert.rejects(
      on.up(await release(corrected.replace("'second'", "'2nd'"))),
      /first 3 statements, which have run already, was changed/,
    );
    assert.equal((await on.up(await release(corrected))).version, "v8.2.0");
    fixture.remove();
    const ours = await on.dump();
    await byClient("v8.1.0", [profiles]);
    await on.byClient(corrected);
    assert.equal(ours, await on.dump());
  });

  it("stops between two slow statements when it is cancelled, and leaves what is left for the next up", async () => {
    await up("v8.1.0");
    const wanted = await wants("v8.2.0-slow");
    const cancel = new AbortController();
    const message = messageOf(on.up(wanted, on.context({ cancel })));
    await waitFor("the first slow statement runs", 20, async () => (await on.running("SELECT ''one'' FROM DUAL")) !== "");
    cancel.abort();
    assert.match(await message, /cancelled after statement 3 of 6.*\n.*\n    Next: pulumi up continues at statement 4/);
    assert.equal(await on.inSchema("SELECT text FROM notes"), "one");
    assert.equal(
      (await on.planned(wanted)).change,
      `v8.2.0 (half-applied: 3 of 6 statements of ${next}) -> v8.2.0, 1 script, 3 statements`,
    );
  });

  it("is never sent by two deployers at once", async () => {
    await up("v8.1.0");
    const wanted = await wants("v8.2.0-slow");
    const live = await on.read(wanted);
    const first = on.up(wanted);
    await waitFor("the first one's slow statement runs", 20, async () => (await on.running("SLEEP(4)")) !== "");
    const mine = on.session;
    on.session = await on.connect();
    await assert.rejects(databaseVersion.act(live, wanted, on.context()), /another migration of the database "selfhelp" is running/);
    await on.session.close();
    on.session = mine;
    assert.equal((await first).version, "v8.2.0");
    assert.equal(await on.inSchema("SELECT GROUP_CONCAT(text ORDER BY id) FROM notes"), "one,two,three,four");
  });

  it("doesn't go back by itself", async () => {
    await up("v8.1.0");
    await assert.rejects(up("v8.0.0"), /is at v8.1.0, newer than the wanted v8.0.0: a downgrade is a rollback/);
  });
}
