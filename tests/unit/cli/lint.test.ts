import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../../lab/places";

const program = join(projectFolder, "bin/selfhelp");

describe("selfhelp lint", () => {
  let folder = "";
  const lint = (...words: string[]) => spawnSync(program, ["lint", ...words], { cwd: folder, encoding: "utf8", timeout: 60_000 });
  const write = (name: string, source: string | Buffer): void => writeFileSync(join(folder, name), source);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lint-"));
    mkdirSync(join(folder, "scripts"));
    write("scripts/1_update_v1_v2.sql", "UPDATE version SET version = 'v2';\n\nALTER TABLE users\n  DROP COLUMN age;\n");
    write("scripts/api_routes.sql", "INSERT INTO routes VALUES (1);\n");
    write(
      "scripts/2_update_v2_v3.sql",
      "-- selfhelp:ack drop-table nobody reads it\nUPDATE version SET version = 'v3';\nDROP TABLE old;\n",
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("shows what it finds in a folder, in the order of the chain, with what to do, and counts", () => {
    const { status, stdout, stderr } = lint("scripts");
    assert.equal(
      stdout,
      [
        "scripts/1_update_v1_v2.sql:3:1  drop-column  destroys data",
        "    drops users.age with all values",
        "    | ALTER TABLE users",
        "    Let one release stop using it, and drop it with a later one.",
        "",
        "scripts/api_routes.sql:1:1 (helper file)  plain-insert  not repeatable",
        "    inserts into routes, whatever is there",
        "    | INSERT INTO routes VALUES (1)",
        "    INSERT IGNORE, ON DUPLICATE KEY UPDATE, or SELECT … WHERE NOT EXISTS.",
        "",
        "3 scripts, 5 statements: 2 findings (destroys data: 1, not repeatable: 1), 1 acknowledged",
        "",
      ].join("\n"),
    );
    assert.equal(stderr, "");
    assert.equal(status, 1);
  });

  it("exits with 0 when everything found is acknowledged", () => {
    const { status, stdout } = lint("scripts/2_update_v2_v3.sql");
    assert.equal(stdout, "1 script, 2 statements: no finding, 1 acknowledged\n");
    assert.equal(status, 0);
  });

  it("tells a chain's gaps and wrong names, and files that aren't UTF-8", () => {
    write("scripts/4_update_v4_v5.sql", Buffer.from("UPDATE version SET version = 'v5'; -- \xe4", "latin1"));
    write("scripts/5.sql", "SELECT 1;");
    const { stdout, status } = lint("scripts", "--json");
    const findings = (JSON.parse(stdout) as { findings: { rule: string; path: string; message: string }[] }).findings;
    assert.deepEqual(
      findings.filter(({ rule }) => rule === "chain" || rule === "not-utf8").map(({ rule, path }) => `${rule} ${path}`),
      ["chain scripts/4_update_v4_v5.sql", "chain scripts/5.sql", "not-utf8 scripts/4_update_v4_v5.sql"],
    );
    assert.equal(status, 1);
  });

  it("prints JSON with every finding, accepted ones too", () => {
    const { findings, ...counts } = JSON.parse(lint("scripts", "--json").stdout) as { findings: Record<string, unknown>[] };
    assert.deepEqual(counts, { scripts: 3, statements: 5 });
    assert.deepEqual(
      findings.map(({ rule, path, line, helper, acknowledged }) => [rule, path, line, helper, acknowledged]),
      [
        ["drop-column", "scripts/1_update_v1_v2.sql", 3, false, null],
        ["drop-table", "scripts/2_update_v2_v3.sql", 3, false, "nobody reads it"],
        ["plain-insert", "scripts/api_routes.sql", 1, true, null],
      ],
    );
  });

  it("prints SARIF: every result is of a described rule and has a place; accepted ones are suppressed", () => {
    const { version, runs } = JSON.parse(lint("scripts", "--sarif").stdout);
    assert.equal(version, "2.1.0");
    const [run] = runs;
    const ids = run.tool.driver.rules.map(({ id }: { id: string }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const result of run.results) assert.ok(ids.includes(result.ruleId));
    const [dropped, accepted] = run.results;
    assert.deepEqual(dropped.locations, [
      { physicalLocation: { artifactLocation: { uri: "scripts/1_update_v1_v2.sql" }, region: { startLine: 3, startColumn: 1 } } },
    ]);
    assert.equal(dropped.level, "error");
    assert.deepEqual(accepted.suppressions, [{ kind: "external", status: "accepted", justification: "nobody reads it" }]);
  });

  it("prints annotations for GitHub's workflows", () => {
    assert.match(
      lint("scripts", "--github").stdout,
      /^::error file=scripts\/1_update_v1_v2\.sql,line=3,col=1,title=drop-column \(destroys data\)::drops users\.age .*\n::warning /,
    );
  });

  it("knows from --base what columns were", () => {
    write("base.sql", "CREATE TABLE users (name varchar(10) NULL);");
    write("3_update_v3_v4.sql", "UPDATE version SET version = 'v4';\nALTER TABLE users MODIFY name varchar(20) NULL;");
    assert.equal(lint("3_update_v3_v4.sql").status, 1);
    assert.equal(lint("3_update_v3_v4.sql", "--base", "base.sql").status, 0);
  });

  it("exits with 2 and says why when it is used wrongly or can't read", () => {
    for (const [words, message] of [
      [[], /name a folder of update scripts, or files/],
      [["nowhere"], /^nowhere can't be read: ENOENT/],
      [["scripts", "--json", "--sarif"], /cannot be used with/],
      [["scripts", "--xml"], /unknown option/],
      [["."], /^\. holds no file that ends with \.sql/],
    ] as const) {
      const { status, stdout, stderr } = lint(...words);
      assert.match(stderr, message);
      assert.equal(stdout, "");
      assert.equal(status, 2);
    }
  });

  it("describes its rules as docs/lint.md does", () => {
    const { stdout, status } = lint("--rules");
    assert.equal(status, 0);
    assert.equal(
      readFileSync(join(projectFolder, "docs/lint.md"), "utf8"),
      stdout,
      "make it anew: bin/selfhelp lint --rules > docs/lint.md",
    );
  });
});
