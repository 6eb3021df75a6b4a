import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { freshLab, hostOf, type Lab, stopLab } from "../../lab/lab";
import { startLoad } from "../../lab/load";
import { LabStack, type PulumiRun, removeConfig } from "../../lab/stack";
import { rootOn } from "./by-hand";

const name = "access";
const password = (): string => randomBytes(16).toString("hex");

describe("accounts of a database that a stack makes", function () {
  this.timeout(240_000);
  let lab: Lab;
  let stack: LabStack;
  const accounts: Record<string, { user: string; password: string }> = Object.fromEntries(
    ["application", "migration", "backup", "monitoring"].map((role) => [role, { user: `made_${role}`, password: password() }]),
  );
  let shown = "";

  before(async () => {
    lab = await freshLab(name);
    await createHistory(join(lab.folder, "selfhelp-backend"));
    stack = new LabStack(lab);
  });

  after(async () => {
    await stopLab(name);
    removeConfig(name);
  });

  const sql = (statements: string): Promise<string> => rootOn(lab, "web1", "mariadb --batch --skip-column-names", statements);

  /** What a user of a role sees who runs a statement by hand. */
  const as = (role: string, statement: string, ...words: string[]): Promise<string> => {
    const { user, password: secret } = accounts[role] as { user: string; password: string };
    const options = `[client]\nuser=${user}\npassword=${secret}\nprotocol=tcp\nhost=127.0.0.1\n`;
    const client = `mariadb --defaults-extra-file=<(cat) ${words.join(" ")} --batch --skip-column-names -e '${statement}' selfhelp 2>&1 || true`;
    return rootOn(lab, "web1", client, options);
  };

  async function configure(config: Record<string, unknown> = {}, access: Record<string, unknown> = {}): Promise<void> {
    const { database } = lab;
    const byRole = Object.fromEntries(Object.entries(accounts).map(([role, { user }]) => [role, { user }]));
    const monitoring = { ...byRole["monitoring"], also: [{ privileges: ["SELECT"], on: "my_data%.*" }] };
    const application = { ...byRole["application"], ...(access["application"] as object | undefined) };
    await stack.configure(
      {
        release: "v8.0.0",
        database: { name: database.name, tls: { caPath: database.caPath } },
        access: { administrator: { user: database.adminUser }, ...byRole, monitoring, ...access, application },
        ...config,
      },
      {
        "selfhelp:access.administrator.password": database.adminPassword,
        ...Object.fromEntries(Object.entries(accounts).map(([role, login]) => [`selfhelp:access.${role}.password`, login.password])),
      },
    );
  }

  async function succeeded(running: Promise<PulumiRun>): Promise<string> {
    const { output, exitCode } = await running;
    shown += output;
    assert.equal(exitCode, 0, output);
    return output;
  }

  async function failed(running: Promise<PulumiRun>): Promise<string> {
    const { output, exitCode } = await running;
    shown += output;
    assert.notEqual(exitCode, 0, output);
    return output;
  }

  const health = async (): Promise<unknown> => {
    const answer = await fetch(`http://${hostOf(lab, "web1").address}/cms-api/v1/health`, { signal: AbortSignal.timeout(10_000) });
    return ((await answer.json()) as { status: string }).status;
  };

  it("are in the plan before anybody can log in with them", async () => {
    await sql("SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 1;");
    await configure();
    const output = await succeeded(stack.preview());
    assert.match(output, /mysql:index:User +selfhelp-access-made_migration +create/);
    assert.match(output, /made_application@127\.0\.0\.1 isn't there/);
    assert.equal(await sql("SELECT COUNT(*) FROM mysql.user WHERE user LIKE 'made%'"), "0");
  });

  it("are made before the first release needs them, which then runs as them", async () => {
    await succeeded(stack.up());
    assert.equal(await health(), "ok");
    const outputs = await stack.outputs();
    assert.equal(outputs["access"], "as wanted");
    assert.equal((await sql("SELECT COUNT(*) FROM mysql.general_log WHERE user_host LIKE 'made_application[%'")) === "0", false);
  });

  it("may do what their role needs, and nothing else", async () => {
    assert.match(await as("application", "SELECT COUNT(*) FROM version"), /^\d+$/);
    assert.match(await as("application", "DROP TABLE version"), /ERROR 1142/);
    assert.match(await as("backup", "SELECT COUNT(*) FROM version", "--ssl"), /^\d+$/);
    assert.match(await as("backup", "DELETE FROM version", "--ssl"), /ERROR 1142/);
    assert.match(await as("monitoring", "SELECT COUNT(*) FROM version", "--ssl"), /^\d+$/);
    assert.match(await as("monitoring", "SELECT COUNT(*) FROM users", "--ssl"), /ERROR 1142/);
    assert.match(await as("migration", "SELECT 1", "--ssl"), /^1$/);
    assert.match(await as("migration", "SELECT 1", "--skip-ssl"), /ERROR 1045/);
    assert.match(await as("migration", "SELECT user FROM mysql.user", "--ssl"), /ERROR 1142/);
  });

  it("may reach a schema whose name has _ or % in it, and none that its name would stand for as a pattern", async () => {
    const schemas = ["my_data%", "myXdataX", "my_data", "selfhelp_verify_1", "selfhelpXverifyX1"];
    await sql(schemas.map((schema) => `CREATE DATABASE \`${schema}\`; CREATE TABLE \`${schema}\`.t AS SELECT 42 AS answer;`).join("\n"));
    const reached = async (role: string): Promise<string[]> => {
      const answers = await Promise.all(schemas.map((schema) => as(role, `SELECT answer FROM \`${schema}\`.t`, "--ssl")));
      return schemas.filter((_, index) => answers[index] === "42");
    };
    assert.deepEqual(await reached("monitoring"), ["my_data%"]);
    assert.deepEqual(await reached("migration"), ["selfhelp_verify_1"]);
    for (const role of ["application", "backup"]) assert.deepEqual(await reached(role), []);
    await sql(schemas.map((schema) => `DROP DATABASE \`${schema}\`;`).join("\n"));
  });

  it("are not touched when nothing changed", async () => {
    assert.doesNotMatch(await succeeded(stack.preview()), /to (create|update|delete|replace)/);
  });

  it("are corrected where somebody changed their rights by hand, which the preview names", async () => {
    await sql(
      "GRANT FILE ON *.* TO made_application@127.0.0.1; GRANT ALL ON selfhelp.* TO made_application@127.0.0.1 WITH GRANT OPTION; REVOKE TRIGGER ON selfhelp.* FROM made_backup@127.0.0.1; " +
        "ALTER USER made_migration@127.0.0.1 REQUIRE NONE; CREATE USER ''@localhost; CREATE USER root@'10.9.8.7'; SET GLOBAL local_infile = 1;",
    );
    await configure({}, { remove: ["anonymous users"] });
    const preview = await succeeded(stack.preview());
    for (const text of [
      "made_application@127.0.0.1 may FILE on *.*, too",
      "made_backup@127.0.0.1 lacks TRIGGER on selfhelp.*",
      "made_migration@127.0.0.1 may log in without TLS",
      "anonymous users: @localhost",
    ])
      assert.ok(preview.includes(text), `${text} is not in:\n${preview}`);
    await succeeded(stack.up());
    const left = await sql("SHOW GRANTS FOR made_application@127.0.0.1");
    assert.doesNotMatch(left, /FILE|ALL|GRANT OPTION|DROP/);
    assert.match(left, /GRANT SELECT, INSERT, UPDATE, DELETE, CREATE TEMPORARY TABLES, EXECUTE ON `selfhelp`/);
    assert.match(await sql("SHOW GRANTS FOR made_backup@127.0.0.1"), /TRIGGER/);
    assert.match(await as("migration", "SELECT 1", "--skip-ssl"), /ERROR 1045/);
    assert.equal(await sql("SELECT CONCAT(user, '@', host) FROM mysql.user WHERE user = '' OR host = '10.9.8.7'"), "root@10.9.8.7");
    assert.deepEqual((await stack.outputs())["serverFindings"], ["remote root: root@10.9.8.7", "local_infile: on"]);
  });

  it("refuse a new password for the application that users are served by, in the preview", async () => {
    const old = accounts["application"];
    accounts["application"] = { user: "made_application", password: password() };
    await configure();
    assert.match(await failed(stack.preview()), /access\.application\.previous/);
    if (old !== undefined) accounts["application"] = old;
  });

  it("are kept while users are served by who logs in as them, whatever the config says", async () => {
    const old = accounts["application"] as { user: string; password: string };
    accounts["application"] = { user: "made_second", password: password() };
    await configure();
    assert.match(await failed(stack.preview()), /"made_application" would be dropped, but host "web1" serves users/);
    assert.equal(await sql("SELECT COUNT(*) FROM mysql.user WHERE user = 'made_application'"), "1");
    accounts["application"] = old;
  });

  it("are exchanged by a new one beside the old one, and no request fails", async () => {
    const { user, password: secret } = accounts["application"] as { user: string; password: string };
    accounts["application"] = { user: "made_second", password: password() };
    const previous = { user, password: secret };
    await configure({}, { application: { previous } });
    const load = startLoad(hostOf(lab, "web1").address, { kept: 60, fresh: 20, slow: 0, upload: 0 });
    await succeeded(stack.up());
    const samples = await load.stop();
    assert.deepEqual(
      samples.flatMap(({ failure }) => failure ?? []),
      [],
    );
    assert.ok(samples.length > 100);
    const dumping =
      "SELECT user_host, LEFT(argument, 60) FROM mysql.general_log WHERE user_host LIKE 'made_backup%' OR argument LIKE '%SQL_NO_CACHE%'";
    assert.match(await sql(dumping), /made_backup/);
    await sql("SET GLOBAL general_log = 0;");
    assert.equal(await sql("SELECT COUNT(*) FROM mysql.user WHERE user IN ('made_application', 'made_second')"), "2");
    assert.match(await rootOn(lab, "web1", "cat /var/www/selfhelp-current/.env.local"), /made_second:/);
  });

  it("go with the config that named them", async () => {
    await configure();
    await succeeded(stack.up());
    assert.equal(await sql("SELECT user FROM mysql.user WHERE user IN ('made_application', 'made_second')"), "made_second");
    assert.equal(await health(), "ok");
  });

  it("are looked at through the same connection by pulumi refresh", async () => {
    await succeeded(stack.start(["refresh", "--yes", "--skip-preview"]).ended);
  });

  it("tell what to type when one was dropped by hand, and that makes it again", async () => {
    await sql("DROP USER made_monitoring@127.0.0.1");
    assert.match(await succeeded(stack.preview()), /made_monitoring@127\.0\.0\.1 isn't there/);
    assert.match(await failed(stack.up()), /pulumi up --refresh/);
    await succeeded(stack.up("--refresh"));
    assert.match(await as("monitoring", "SELECT COUNT(*) FROM version", "--ssl"), /^\d+$/);
  });

  it("say at once where the deployer can't dial the server itself", async () => {
    await configure({}, { endpoint: "127.0.0.1:9" });
    const said = await failed(stack.preview());
    assert.match(said, /can't reach the database's server at 127\.0\.0\.1:9.*ECONNREFUSED/);
    assert.match(said, /selfhelp:access\.endpoint, or leave it out/);
  });

  it("say at once that the administrator is refused", async () => {
    await configure();
    const { output, exitCode } = await stack.start(["config", "set", "--secret", "--path", "selfhelp:access.administrator.password"], {
      stdin: password(),
    }).ended;
    assert.equal(exitCode, 0, output);
    const said = await failed(stack.preview());
    assert.match(said, /refused the user "selfhelp_admin"/);
    assert.match(said, /selfhelp:access\.administrator/);
  });

  it("leave no password in what was shown or recorded", async () => {
    const state = await stack.export();
    for (const { password: secret } of Object.values(accounts)) {
      assert.ok(!state.includes(secret));
      assert.ok(!shown.includes(secret));
    }
    assert.ok(!shown.includes(lab.database.adminPassword) && !state.includes(lab.database.adminPassword));
  });
});
