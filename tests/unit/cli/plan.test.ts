import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ScriptOutline } from "../../../components/migration/outline";
import { projectFolder } from "../../../lab/places";
import { Fixture } from "../repository/fixture";

const scripts = {
  "1_update_v1.0_v1.1.sql":
    "UPDATE version SET version = 'v1.1';\nCREATE TABLE users (id int PRIMARY KEY, name varchar(50)) CHARSET=utf8mb4;",
  "2_update_v1.1_v1.2.sql":
    "UPDATE version SET version = 'v1.2';\nALTER TABLE users ADD INDEX n (name), ADD COLUMN age int NULL;\nALTER TABLE users MODIFY name varchar(20);",
  "api_routes.sql": "SELECT 1;",
};

describe("selfhelp plan", function () {
  this.timeout(30_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "plan-"));
    for (const [name, text] of Object.entries(scripts)) writeFileSync(join(folder, name), text);
  });
  after(() => rmSync(folder, { recursive: true }));

  const plan = (...words: string[]) =>
    spawnSync(join(projectFolder, "bin/selfhelp"), ["plan", ...words], { encoding: "utf8", timeout: 20_000 });
  const outlines = (...words: string[]): ScriptOutline[] => {
    const { stdout, status, stderr } = plan(...words, "--json");
    assert.equal(status, 0, stderr);
    return (JSON.parse(stdout) as { scripts: ScriptOutline[] }).scripts;
  };

  it("tells each script's statements, tables, findings, and which tables it changes slowly", () => {
    const [only, ...others] = outlines("--from", "v1.1", folder);
    assert.deepEqual(others, []);
    assert.deepEqual([only?.file, only?.statements, only?.tables], ["2_update_v1.1_v1.2.sql", 3, ["version", "users"]]);
    assert.deepEqual(
      only?.locks.map(({ line, table, locking }) => [line, table, locking]),
      [
        [2, "users", "in place"],
        [3, "users", "copies the table"],
      ],
    );
    assert.ok(only?.findings.some(({ line, breaksOldCode }) => line === 3 && breaksOldCode));
  });

  it("reads a release of a repository, and stops where it is told to", () => {
    const fixture = new Fixture();
    const commit = fixture.commit(Object.fromEntries(Object.entries(scripts).map(([name, text]) => [`db/update_scripts/${name}`, text])));
    const told = outlines("--from", "v1.0", "--to", "v1.1", "--repository", fixture.repository, "--release", commit);
    fixture.remove();
    assert.deepEqual(
      told.map(({ file }) => file),
      ["1_update_v1.0_v1.1.sql"],
    );
  });

  it("prints a table for people", () => {
    const { stdout } = plan("--from", "v1.0", folder);
    assert.match(stdout, /│ 2_update_v1\.1_v1\.2\.sql +│ v1\.1 │ v1\.2 │ 3 /);
    assert.match(stdout, /2_update_v1\.1_v1\.2\.sql:3 {2}users: copies the table, /);
    assert.equal(plan("--from", "v1.2", folder).stdout, "nothing to run\n");
  });

  it("says what is there when no way leads there, and ends with 2", () => {
    const { stderr, status } = plan("--from", "v0.9", folder);
    assert.match(stderr, /no script leads from v0\.9 towards v1\.2[^]*1_update_v1\.0_v1\.1\.sql, 2_update_v1\.1_v1\.2\.sql/);
    assert.equal(status, 2);
    assert.equal(plan("--from", "v1.0").status, 2);
    assert.equal(plan("--from", "v1.0", "/nowhere").status, 2);
  });
});
