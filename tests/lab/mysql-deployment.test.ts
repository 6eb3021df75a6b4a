import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { freshLab, hostOf, type Lab, stopLab } from "../../lab/lab";
import { LabStack, removeConfig } from "../../lab/stack";
import { rootOn } from "./by-hand";
import { succeeded } from "./outcome";

const name = "mysqlup";

describe("a stack whose database is a MySQL server beside its host", function () {
  this.timeout(400_000);
  let lab: Lab;
  let stack: LabStack;
  const accounts: Record<string, { user: string; password: string }> = Object.fromEntries(
    ["application", "migration", "backup", "monitoring"].map((role) => [
      role,
      { user: `made_${role}`, password: randomBytes(16).toString("hex") },
    ]),
  );

  before(async () => {
    lab = await freshLab(name, [
      { name: "web1", role: "web" },
      { name: "db1", role: "mysql database" },
    ]);
    await createHistory(join(lab.folder, "selfhelp-backend"));
    stack = new LabStack(lab);
    const { adminUser, adminPassword } = lab.database;
    const account = `${adminUser}@'10.213.%'`;
    await sql(`CREATE USER ${account} IDENTIFIED BY '${adminPassword}' REQUIRE SSL; GRANT ALL ON *.* TO ${account} WITH GRANT OPTION;`);
  });

  after(async () => {
    await stopLab(name);
    removeConfig(name);
  });

  const sql = (statements: string): Promise<string> => rootOn(lab, "db1", "mysql --batch --skip-column-names", statements);

  async function configure(release: string): Promise<void> {
    const { database } = lab;
    const byRole = Object.fromEntries(Object.entries(accounts).map(([role, { user }]) => [role, { user }]));
    await stack.configure(
      {
        release,
        database: { host: hostOf(lab, "db1").address, name: database.name, tls: { caPath: database.caPath } },
        access: { administrator: { user: database.adminUser }, ...byRole },
        schemaCommand: "", // the demo application's mapping says how MariaDB stores JSON
      },
      {
        "selfhelp:access.administrator.password": database.adminPassword,
        ...Object.fromEntries(Object.entries(accounts).map(([role, login]) => [`selfhelp:access.${role}.password`, login.password])),
      },
    );
  }

  const served = async (): Promise<Record<string, unknown>> => {
    const answer = await fetch(`http://${hostOf(lab, "web1").address}/cms-api/v1/health`, { signal: AbortSignal.timeout(30_000) });
    const { status, release, databaseVersion } = (await answer.json()) as Record<string, unknown>;
    return { status, release, databaseVersion };
  };

  it("makes its accounts there, which must use TLS, and deploys the first release", async () => {
    await configure("v8.0.0");
    await succeeded(stack.up());
    assert.deepEqual(await served(), { status: "ok", release: "v8.0.0", databaseVersion: "v8.0.0" });
    assert.equal((await stack.outputs())["access"], "as wanted");
    assert.equal(
      await sql("SELECT GROUP_CONCAT(DISTINCT ssl_type), GROUP_CONCAT(DISTINCT plugin) FROM mysql.user WHERE user LIKE 'made%'"),
      "ANY\tcaching_sha2_password",
    );
    assert.match(await sql("SHOW GRANTS FOR made_migration"), /GRANT SHOW_ROUTINE ON \*\.\*/);
  });

  it("goes to the next one by a proven backup, a rehearsal on the copy and the migration, and has nothing left to do", async () => {
    await configure("v8.1.0");
    await succeeded(stack.up());
    assert.deepEqual(await served(), { status: "ok", release: "v8.1.0", databaseVersion: "v8.1.0" });
    const { changes, lastBackup } = (await stack.outputs()) as { changes: Record<string, string>; lastBackup: { verifiedAt: string } };
    assert.ok(lastBackup.verifiedAt);
    assert.match(changes["rehearsal"] ?? "", /1 script, 10 statements on a copy/);
    assert.match(await succeeded(stack.preview()), /Resources:\s+\d+ unchanged/);
  });

  it("corrects the rights of an account that somebody changed by hand", async () => {
    await sql("GRANT ALL ON selfhelp.* TO made_application; REVOKE TRIGGER ON selfhelp.* FROM made_backup;");
    await succeeded(stack.up());
    assert.match(
      await sql("SHOW GRANTS FOR made_application"),
      /GRANT SELECT, INSERT, UPDATE, DELETE, CREATE TEMPORARY TABLES, EXECUTE ON `selfhelp`\.\* TO/,
    );
    assert.match(await sql("SHOW GRANTS FOR made_backup"), /TRIGGER/);
  });

  it("goes back with its database to the backup from before", async () => {
    const hint = await stack.selfhelp("rollback", "--database", "previous", "--yes");
    const [, since = ""] = /--i-lose-data-since (\S+)\. Nothing was changed/.exec(hint.output) ?? [];
    await succeeded(stack.selfhelp("rollback", "--database", "previous", "--release", "v8.0.0", "--yes", "--i-lose-data-since", since));
    assert.deepEqual(await served(), { status: "ok", release: "v8.0.0", databaseVersion: "v8.0.0" });
    assert.equal(
      await sql("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'selfhelp' AND table_name = 'user_profiles'"),
      "0",
    );
  });

  it("is refused a backup by MariaDB's client programs where it has generated columns, before anything is touched", async () => {
    await sql("ALTER TABLE selfhelp.users ADD COLUMN twice int AS (2) STORED;");
    await configure("v8.1.0");
    const { output, exitCode } = await stack.up();
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /its database client is MariaDB's, and a MySQL server would not take back .* generated columns \(users\)/);
    assert.deepEqual(await served(), { status: "ok", release: "v8.0.0", databaseVersion: "v8.0.0" });
  });
});
