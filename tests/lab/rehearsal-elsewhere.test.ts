import assert from "node:assert/strict";
import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { hostOf, type Lab, onHost, freshLab, stopLab } from "../../lab/lab";
import { waitFor } from "../../lab/process";
import { LabStack, type PulumiRun, removeConfig } from "../../lab/stack";

const user = "rehearsal";
const password = "only on db2";

describe("a rehearsal on another server", function () {
  this.timeout(180_000);
  let lab: Lab;
  let stack: LabStack;

  before(async () => {
    lab = await freshLab("elsewhere", [{ name: "web1" }, { name: "db2", role: "database" }]);
    await createHistory(join(lab.folder, "selfhelp-backend"));
    stack = new LabStack(lab);
    await sql("db2", `CREATE USER ${user}@'10.213.%' IDENTIFIED BY '${password}' REQUIRE SSL; ${grant}`);
    const { output, exitCode } = await deploy("v8.0.0");
    assert.equal(exitCode, 0, output);
  });
  after(async () => {
    await stopLab("elsewhere");
    removeConfig("elsewhere");
  });

  const copies = "`selfhelp\\_verify\\_%`.*";
  const grant = `GRANT ALL ON ${copies} TO ${user}@'10.213.%'`;

  const root = async (host: string, command: string, stdin?: string): Promise<string> => {
    const { stdout, stderr, exitCode } = await onHost(lab, host, ["bash", "-euc", command], { asRoot: true, stdin });
    assert.equal(exitCode, 0, `${command}\n${stdout}${stderr}`);
    return stdout.trim();
  };
  const sql = (host: string, statements: string): Promise<string> => root(host, "mariadb --batch --skip-column-names", statements);
  const schemas = (host: string): Promise<string> => sql(host, "SHOW DATABASES LIKE 'selfhelp%'");
  /** All that is live: every object and row of the database, the slot that users are served from, and the backups. */
  const live = (): Promise<string> =>
    root(
      "web1",
      "mariadb-dump --routines --events --skip-comments selfhelp | sha256sum; readlink /var/www/selfhelp-current; ls -l /var/backups/selfhelp",
    );
  const liveWithoutBackups = async (): Promise<string[]> => (await live()).split("\n").slice(0, 2);

  async function deploy(release: string, over: Record<string, unknown> = {}): Promise<PulumiRun> {
    const { port, caPath } = lab.database;
    const server = { host: hostOf(lab, "db2").address, port, user, password, tls: { caPath } };
    await stack.configure({ release, rehearsal: { database: { ...server, ...over } } });
    return stack.up();
  }

  it("restores and rehearses there, and leaves nothing there; the live server sees no copy", async () => {
    const write = "SET GLOBAL general_log_file = '/var/lib/mysql/said'; SET GLOBAL general_log = ON";
    await Promise.all([sql("web1", write), sql("db2", write)]);
    const { output, exitCode } = await deploy("v8.1.0");
    assert.equal(exitCode, 0, output);
    assert.match(output, /1 script, 10 statements on a copy/);
    const written = (host: string, what: string): Promise<string> => root(host, `grep -cE '${what}' /var/lib/mysql/said || true`);
    assert.equal(await written("db2", "CREATE DATABASE .selfhelp_verify_"), "1");
    assert.equal(await written("db2", "CREATE TABLE .user_profiles"), "1");
    assert.equal(await written("web1", "selfhelp_verify_"), "0");
    assert.deepEqual(await Promise.all([schemas("web1"), schemas("db2")]), ["selfhelp", "selfhelp"]);
    assert.equal(await sql("db2", "SHOW TABLES FROM selfhelp"), "");
    const { databaseVersion, lastBackup } = await stack.outputs();
    assert.equal(databaseVersion, "v8.1.0");
    assert.ok((lastBackup as { verifiedAt: string | null }).verifiedAt);
    assert.ok(!(await stack.export()).includes(password));
  });

  it("finds there what would fail, before the live database is touched", async () => {
    const before = await liveWithoutBackups();
    const { output, exitCode } = await deploy("v8.2.0-fails-half-way");
    assert.notEqual(exitCode, 0);
    assert.match(output, /the rehearsal on a copy failed: 41_update_v8\.1\.0_v8\.2\.0\.sql:13:1: error 1060/);
    assert.deepEqual(await liveWithoutBackups(), before);
    assert.equal(await schemas("db2"), "selfhelp");
  });

  it("that goes away in the middle is named; live nothing changed, and the next up finds and drops what was left there", async () => {
    const before = await liveWithoutBackups();
    const up = deploy("v8.2.0-slow");
    const running = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%SLEEP%' AND info NOT LIKE '%processlist%'";
    await waitFor("a statement runs on the copy", 120, async () => (await sql("db2", running)) !== "0");
    await root("db2", "systemctl kill --signal=KILL mariadb");
    const { output, exitCode } = await up;
    assert.notEqual(exitCode, 0);
    assert.match(output, /the rehearsal on a copy failed: 41_update_v8\.1\.0_v8\.2\.0\.sql:\d+:1: the connection was lost/);
    assert.match(
      output,
      /The live database "selfhelp" was not touched: it is at v8\.1\.0[^]*Next: make sure that the database's server runs and can be reached/,
    );
    assert.match(output, /the copy selfhelp_verify_\w+ could not be dropped \(.*\); the next backup does that/);
    assert.deepEqual(await liveWithoutBackups(), before);
    await waitFor("the server is back", 60, () => schemas("db2").then(Boolean, () => false));
    assert.match(await schemas("db2"), /selfhelp_verify_/);
    assert.match((await deploy("v8.2.0-fails-half-way")).output, /the rehearsal on a copy failed: .*13:1: error 1060/);
    assert.equal(await schemas("db2"), "selfhelp");
  });

  it("that can't be reached is named before anything is dumped, and live nothing changed", async () => {
    await root("db2", "systemctl stop mariadb");
    const before = await live();
    const { output, exitCode } = await deploy("v8.2.0-fails-half-way");
    await root("db2", "systemctl start mariadb");
    assert.notEqual(exitCode, 0);
    const address = hostOf(lab, "db2").address.replaceAll(".", "\\.");
    assert.match(output, new RegExp(`the database "information_schema" at ${address}:3306 \\(over host "web1"\\) can't be reached: `));
    assert.match(output, /This attempt changed nothing\. Check that it runs, and host, .* in selfhelp:rehearsal\.database/);
    assert.equal(await live(), before);
  });

  it("that lets nobody in with this password, or make a copy, is named likewise, with what to correct", async () => {
    const before = await live();
    const refused = await deploy("v8.2.0-fails-half-way", { password: "another" });
    assert.match(
      refused.output,
      /refused the user "rehearsal": Access denied[^]*Check name, user, password .* in selfhelp:rehearsal\.database/,
    );
    await sql("db2", `REVOKE ALL ON ${copies} FROM ${user}@'10.213.%'`);
    const { output } = await deploy("v8.2.0-fails-half-way");
    await sql("db2", grant);
    assert.match(output, /the user of selfhelp:rehearsal\.database may not make the copy that proves a backup; nothing was changed/);
    assert.ok(output.includes(`GRANT ALL ON \`selfhelp\\_verify\\_%\`.* TO \`${user}\`@\`10.213.%\`;`), output);
    assert.equal(await live(), before);
  });
});
