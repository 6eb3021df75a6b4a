import assert from "node:assert/strict";
import { readBase, readScripts } from "../../../components/migration/scripts";
import { Fixture } from "../repository/fixture";

const folder = "db/update_scripts";

describe("the scripts of a commit", () => {
  let fixture: Fixture;

  beforeEach(() => (fixture = new Fixture()));
  afterEach(() => fixture.remove());

  const read = (files: Record<string, string | Buffer>, afterEach: string[] = [], accepted: string[] = []) => {
    const commit = fixture.commit(Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content])));
    const acknowledged = accepted.map((script) => ({ rule: "chain", script, reason: "it ran in 2014" }));
    return readScripts({ repository: fixture.repository, commit, scripts: folder, afterEach, acknowledged });
  };

  it("are in order, cut into statements, each with the checksum of its bytes; others are left out", async () => {
    const { chain: scripts } = await read({
      "40_update_v8.0.0_v8.1.0.sql": "UPDATE version SET version = 'v8.1.0'; SELECT 2;",
      "9_update_v7.0.0_v8.0.0 .sql": "SELECT 1",
      "api_routes.sql": "INSERT INTO api_routes VALUES (1)",
    });
    assert.deepEqual(
      scripts.map(({ file, from, to, statements }) => [file, from, to, statements]),
      [
        ["9_update_v7.0.0_v8.0.0 .sql", "v7.0.0", "v8.0.0", 1],
        ["40_update_v8.0.0_v8.1.0.sql", "v8.0.0", "v8.1.0", 2],
      ],
    );
    assert.equal(scripts[0]?.checksum, "sha256:e004ebd5b5532a4b85984a62f8ad48a81aa3460c1ca07701f386135d72cdecf5");
  });

  it("include those that run after each migration, in the configured order, which must be there", async () => {
    const files = { "b.sql": "SELECT 1; SELECT 2;", "a.sql": "SELECT 1", "40_update_v8.0.0_v8.1.0.sql": "SELECT 1" };
    const { helpers } = await read(files, ["b.sql", "a.sql"]);
    assert.deepEqual(
      helpers.map(({ file, statements }) => [file, statements]),
      [
        ["b.sql", 2],
        ["a.sql", 1],
      ],
    );
    await assert.rejects(read(files, ["c.sql"]), /c\.sql, named in selfhelp:migration\.afterEach, isn't there as a file without a number/);
  });

  it("are refused with every problem at once, each with its file", async () => {
    const reading = read({
      "38_update_v7.0.0_v7.1.0.sql": Buffer.from("INSERT INTO t VALUES ('gr\xfcn')", "latin1"),
      "39_update_v7.1.0_v7.2.0.sql": "\n\nUPDATE version SET version = 'v7.3.0';",
      "40_update_v7.1.0_v7.3.0.sql": "SELECT 1;",
      "41_cleanup.sql": "SELECT 1;",
    });
    await assert.rejects(reading, {
      name: "ChainBroken",
      message: `the update scripts in db/update_scripts can't be used; no host was touched:
    41_cleanup.sql: the name must be NUMBER_update_vFROM_vTO.sql, for example 40_update_v8.0.0_v8.1.0.sql
    39_update_v7.1.0_v7.2.0.sql and 40_update_v7.1.0_v7.3.0.sql both start at v7.1.0: a fork
    38_update_v7.0.0_v7.1.0.sql isn't UTF-8: convert it, for example with iconv -f latin1 -t utf-8
    39_update_v7.1.0_v7.2.0.sql:3 sets the version to v7.3.0, but it should lead to v7.2.0
Correct them; or, where they ran long ago in every database, accept that in the stack's config file:
    selfhelp:acknowledge:
      - {rule: chain, script: "41_cleanup.sql", reason: "…"}
      - {rule: chain, script: "40_update_v7.1.0_v7.3.0.sql", reason: "…"}
      - {rule: chain, script: "38_update_v7.0.0_v7.1.0.sql", reason: "…"}
      - {rule: chain, script: "39_update_v7.1.0_v7.2.0.sql", reason: "…"}`,
    });
  });

  it("may have had gaps and misnamed files long ago, once each is accepted", async () => {
    const files = {
      "7_update_v3.0_v3.1.sql": "SELECT 1;",
      "8_hotfix.sql": "SELECT 1;",
      "9_update_v3.5_v4.0.sql": "SELECT 1;",
      "10_update_v4.0_v4.1.sql": "SELECT 1;",
    };
    await assert.rejects(read(files, [], ["8_hotfix.sql"]), /9_update_v3\.5_v4\.0\.sql, starts at v3\.5: a gap/);
    const { chain } = await read(files, [], ["8_hotfix.sql", "9_update_v3.5_v4.0.sql"]);
    assert.deepEqual(
      chain.map(({ to }) => to),
      ["v3.1", "v4.0", "v4.1"],
    );
  });

  it("include the base, which must be there", async () => {
    const commit = fixture.commit({ "db/base.sql": "CREATE TABLE version (version int); SELECT 1;" });
    const base = await readBase(fixture.repository, commit, { script: "db/base.sql", version: "v8.0.0" });
    assert.deepEqual([base.from, base.to, base.statements], ["empty", "v8.0.0", 2]);
    await assert.rejects(readBase(fixture.repository, commit, { script: "db/start.sql", version: "v8.0.0" }), /has no file db\/start.sql/);
  });
});
