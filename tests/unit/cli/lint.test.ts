import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../../lab/places";

let folder: string;

function selfhelp(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(join(projectFolder, "bin/selfhelp"), words, {
    cwd: folder,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

function scripts(files: Record<string, string | Buffer>): void {
  mkdirSync(join(folder, "db"));
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, "db", file), content);
}

const good = { "01_update_v1_v2.sql": "UPDATE version SET version = 'v2';\nALTER TABLE a ADD b int NULL;\n" };
const bad = { "02_update_v2_v3.sql": "UPDATE version SET version = 'v3';\n\nDROP TABLE a;\n", "routes.sql": "INSERT INTO r VALUES (1);\n" };

describe("selfhelp lint", () => {
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "lint-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("of scripts without findings says so, and ends with 0", () => {
    scripts(good);
    assert.deepEqual(selfhelp("lint", "db"), { status: 0, stdout: "Nothing found in 1 file, 2 statements.\n", stderr: "" });
  });

  it("says where, what and what to do, counts, and ends with 1; without colours", () => {
    scripts({ ...good, ...bad });
    const { status, stdout } = selfhelp("lint", "db");
    assert.equal(status, 1);
    assert.equal(
      stdout,
      `db/02_update_v2_v3.sql:3:1: drop-table (destructive): the table "a" is dropped with its rows
    DROP TABLE a
    Do: Stop using the table in this release; drop it in a later one, when no rollback leads back. To create a table safely: CREATE TABLE IF NOT EXISTS.

db/routes.sql:1:1 (helper): plain-insert (repeatable): run again, it inserts into "r" again
    INSERT INTO r VALUES (1)
    Do: INSERT IGNORE, ON DUPLICATE KEY UPDATE, or INSERT … SELECT … WHERE NOT EXISTS (…); with a unique key that tells what is the same.

2 findings in 3 files (1 helper), 5 statements: 1 destructive, 1 repeatable.
Why, and examples: docs/lint.md. To accept one, put above its statement: -- selfhelp:ack RULE REASON
`,
    );
  });

  it("of acknowledged findings ends with 0, and counts them", () => {
    scripts({ "01_update_v1_v2.sql": "UPDATE version SET version = 'v2';\n-- selfhelp:ack drop-table empty\nDROP TABLE a;" });
    assert.deepEqual(selfhelp("lint", "db"), { status: 0, stdout: "Nothing found in 1 file, 2 statements; 1 acknowledged.\n", stderr: "" });
  });

  it("finds a gap in a folder, not between single files", () => {
    scripts({ ...good, "03_update_v3_v4.sql": "UPDATE version SET version = 'v4';" });
    assert.match(
      selfhelp("lint", "db").stdout,
      /^db\/03_update_v3_v4.sql:1:1: chain \(version\): 01_update_v1_v2.sql ends at v2, .* starts at v3: a gap/,
    );
    assert.equal(selfhelp("lint", "db/01_update_v1_v2.sql", "db/03_update_v3_v4.sql").status, 0);
  });

  it("tells machines in JSON, acknowledged findings, too", () => {
    scripts({ "routes.sql": "SELECT 1;\nTRUNCATE a; -- selfhelp:ack truncate cache\nTRUNCATE b;" });
    const { status, stdout } = selfhelp("lint", "--json", "db");
    const { scripts: read, findings } = JSON.parse(stdout) as { scripts: unknown; findings: Record<string, unknown>[] };
    assert.equal(status, 1);
    assert.deepEqual(read, [{ path: "db/routes.sql", file: "routes.sql", isHelper: true, statements: 3 }]);
    assert.deepEqual(
      findings.map(({ path, rule, line, column, acknowledged }) => ({ path, rule, line, column, acknowledged })),
      [
        { path: "db/routes.sql", rule: "truncate", line: 2, column: 1, acknowledged: { in: "script", reason: "cache" } },
        { path: "db/routes.sql", rule: "truncate", line: 3, column: 1, acknowledged: undefined },
      ],
    );
  });

  it("annotates for GitHub, with all that would break its lines escaped", () => {
    scripts({ "a,b.sql": "DROP TABLE `x%\ny`;" });
    const { stdout } = selfhelp("lint", "--github", "db");
    assert.match(stdout, /^::error file=db\/a%2Cb\.sql,line=1,col=1,title=drop-table \(destructive\)::the table "x%25%0Ay" is dropped/);
    assert.equal(stdout.trimEnd().split("\n").length, 1);
  });

  it("writes SARIF 2.1.0: rules, places, and what is acknowledged as suppressed", () => {
    scripts({ "routes.sql": "SELECT 1;\nTRUNCATE a; -- selfhelp:ack truncate cache\n DROP TABLE b;" });
    const { stdout } = selfhelp("lint", "--sarif", "db");
    const log = JSON.parse(stdout) as Sarif;
    const [run] = log.runs;
    assert.equal(log.version, "2.1.0");
    assert.ok(run !== undefined);
    for (const result of run.results) assert.equal(run.tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
    assert.deepEqual(
      run.results.map(({ ruleId, level, suppressions }) => [ruleId, level, suppressions?.[0]]),
      [
        ["truncate", "error", { kind: "inSource", justification: "cache" }],
        ["drop-table", "error", undefined],
      ],
    );
    assert.deepEqual(run.results[1]?.locations, [
      {
        physicalLocation: {
          artifactLocation: { uri: "db/routes.sql" },
          region: { startLine: 3, startColumn: 2, snippet: { text: "DROP TABLE b" } },
        },
      },
    ]);
  });

  it("ends with 2 and one line for a path that isn't there, a folder without scripts, wrong options and no path", () => {
    assert.deepEqual(selfhelp("lint", "nowhere"), { status: 2, stdout: "", stderr: "nowhere doesn't exist. Nothing was looked at.\n" });
    mkdirSync(join(folder, "empty"));
    assert.match(selfhelp("lint", "empty").stderr, /^empty has no \.sql file\. Name the folder of the update scripts/);
    assert.equal(selfhelp("lint", "empty").status, 2);
    for (const words of [[], ["--server", "oracle-9", "."], ["--json", "--sarif", "."], ["--nonsense"]]) {
      const { status, stderr } = selfhelp("lint", ...words);
      assert.equal(status, 2, words.join(" "));
      assert.doesNotMatch(stderr, /\n\s+at /);
    }
  });

  it("knows other servers' rules of locking", () => {
    scripts({
      "a.sql": "ALTER TABLE a ADD b int NOT NULL AUTO_INCREMENT UNIQUE;",
      "b.sql": "ALTER TABLE a ADD b int NULL REFERENCES c (id);",
    });
    const rulesOf = (server: string): string[] =>
      (JSON.parse(selfhelp("lint", "--json", "--server", server, "db").stdout) as { findings: { rule: string }[] }).findings.map(
        ({ rule }) => rule,
      );
    assert.deepEqual(rulesOf("mariadb-10.11"), ["blocks-writes", "copies-table"]);
    assert.deepEqual(rulesOf("mysql-8.0.36"), ["blocks-writes"]);
  });

  it("prints its rules", () => {
    const { status, stdout } = selfhelp("lint", "--rules");
    assert.equal(status, 0);
    assert.match(stdout, /^# What `selfhelp lint` looks for\n[\s\S]*\n### drop-column\n/);
  });
});

interface Sarif {
  version: string;
  runs: {
    tool: { driver: { rules: { id: string }[] } };
    results: { ruleId: string; ruleIndex: number; level: string; suppressions?: unknown[]; locations: unknown }[];
  }[];
}
