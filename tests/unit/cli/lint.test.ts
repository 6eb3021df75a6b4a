import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../../lab/places";
import { Fixture } from "../repository/fixture";

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

describe("selfhelp lint --stack", function () {
  this.timeout(60_000);

  const app = new Fixture();
  const program = join(projectFolder, "bin/selfhelp");
  let folder = "";
  const settings = (): NodeJS.ProcessEnv => ({
    ...process.env,
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  });
  const lint = (...words: string[]) => spawnSync(program, ["lint", ...words], { cwd: folder, env: settings(), encoding: "utf8" });
  const pulumi = (...words: string[]): void => {
    const env = { ...settings(), PULUMI_CONFIG_PASSPHRASE: "known to a deployer alone" };
    const { status, stderr } = spawnSync("pulumi", words, { cwd: folder, env, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  };
  /** As in Pulumi.NAME.yaml. */
  const configure = (config: Record<string, unknown>): void => {
    const entries = Object.entries(config).map(([key, value]) => [`selfhelp:${key}`, entry(value)]);
    pulumi("config", "set-all", "--stack", "live", "--json", JSON.stringify(Object.fromEntries(entries)));
  };
  const entry = (value: unknown): object => (typeof value === "string" ? { value } : { value: JSON.stringify(value), objectValue: value });

  const scripts = "db/sql";
  const dropped = { rule: "drop-column", script: "1_update_v1_v2.sql", reason: "nobody reads it since v1" };
  const inserted = { rule: "plain-insert", script: "routes.sql", reason: "an empty table" };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lint-stack-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: selfhelp\nruntime: yaml\n");
    app.commit({
      "db/base.sql": "CREATE TABLE users (age int NULL, name varchar(10) NULL);",
      [`${scripts}/1_update_v1_v2.sql`]:
        "UPDATE version SET version = 'v2';\nALTER TABLE users MODIFY name varchar(20) NULL;\nALTER TABLE users DROP COLUMN age;\n",
      [`${scripts}/routes.sql`]: "INSERT INTO routes VALUES (1);\n",
      [`${scripts}/by_hand.sql`]: "DROP TABLE users;\n",
    });
    app.git("tag", "v2");
    app.commit({ [`${scripts}/2_update_v2_v3.sql`]: "not yet" });
    pulumi("stack", "init", "live");
    pulumi("config", "set", "--stack", "live", "--secret", "--path", "selfhelp:database.password", "p");
    configure({ repository: app.repository, release: "v2", scripts, base: { script: "db/base.sql", version: "v1" } });
    configure({ migration: { afterEach: ["routes.sql"] }, acknowledge: [dropped, inserted] });
  });
  after(() => {
    app.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it("looks at what the stack's release runs, with what its config accepts, and needs no secret", () => {
    const { stdout, stderr, status } = lint("--stack", "live");
    assert.equal(stderr, "");
    assert.equal(
      stdout,
      [
        "db/sql/1_update_v1_v2.sql:3:1  drop-column  drops users.age with all values; acknowledged: nobody reads it since v1",
        "db/sql/routes.sql:1:1  plain-insert  inserts into routes, whatever is there; acknowledged: an empty table",
        "",
        "2 scripts, 4 statements: no finding, 2 acknowledged",
        "",
      ].join("\n"),
    );
    assert.equal(status, 0);
  });

  it("looks at the files that are named, and leaves acknowledgements of others alone", () => {
    writeFileSync(
      join(folder, "1_update_v1_v2.sql"),
      "UPDATE version SET version = 'v2';\nALTER TABLE users DROP COLUMN age, DROP COLUMN name;\nDROP TABLE users;\n",
    );
    const { stdout, status } = lint("1_update_v1_v2.sql", "--stack", "live");
    assert.match(stdout, /^1_update_v1_v2\.sql:3:1 {2}drop-table /);
    assert.match(stdout, /1 finding \(destroys data: 1\), 1 acknowledged\n$/);
    assert.equal(status, 1);
    assert.match(lint("1_update_v1_v2.sql").stdout, /2 findings \(destroys data: 2\)\n$/);
  });

  it("names an acknowledgement that is for nothing, of a file that isn't there, too; those of changed scripts are for the database", () => {
    const reason = "so it is";
    configure({
      acknowledge: [
        { ...dropped, rule: "drop-table" },
        { ...inserted, script: "3_update_v3_v4.sql" },
        { rule: "changed-script", script: dropped.script, reason },
        { rule: "chain", script: dropped.script, reason },
      ],
    });
    const { findings } = JSON.parse(lint("--stack", "live", "--json").stdout) as { findings: Record<string, string>[] };
    assert.deepEqual(
      findings.filter(({ class: of }) => of === "acknowledgement").map(({ path, message }) => `${path}: ${message}`),
      [
        "db/sql/1_update_v1_v2.sql: acknowledges drop-table, which isn't found in 1_update_v1_v2.sql",
        "db/sql/1_update_v1_v2.sql: acknowledges chain, which isn't found in 1_update_v1_v2.sql",
        "3_update_v3_v4.sql: acknowledges plain-insert, which isn't found in 3_update_v3_v4.sql",
      ],
    );
  });

  it("accepts a broken chain where the migration would, and misses files that should run after each", () => {
    app.commit({
      [`${scripts}/3_update_v4_v5.sql`]: "UPDATE version SET version = 'v5';",
      [`${scripts}/2_update_v2_v3.sql`]: "UPDATE version SET version = 'v3';",
    });
    configure({ release: "main", acknowledge: [{ rule: "chain", script: "3_update_v4_v5.sql", reason: "v4 was by hand" }] });
    configure({ migration: { afterEach: ["gone.sql"] } });
    const { findings } = JSON.parse(lint("--stack", "live", "--json").stdout) as { findings: Record<string, string>[] };
    assert.deepEqual(
      findings.filter(({ rule }) => rule === "chain").map(({ script, acknowledged }) => [script, acknowledged]),
      [
        ["3_update_v4_v5.sql", "v4 was by hand"],
        ["gone.sql", null],
      ],
    );
  });

  it("exits with 2 when there is no such stack, or its config is wrong there", () => {
    assert.match(lint("--stack", "nowhere").stderr, /^the stack's config can't be read: .*no stack named 'nowhere'/);
    configure({ acknowledge: [{ rule: "drop-table", script: "1.sql" }] });
    const { stderr, status } = lint("--stack", "live");
    assert.match(stderr, /selfhelp:acknowledge\[0\]\.reason/);
    assert.equal(status, 2);
  });
});
