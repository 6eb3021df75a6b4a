import assert from "node:assert/strict";
import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { hostOf, type Lab, onHost, startLab, stopLab } from "../../lab/lab";
import { LabStack, type PulumiRun, removeConfig } from "../../lab/stack";

describe("a rehearsal on another server", function () {
  this.timeout(180_000);
  let lab: Lab;
  let stack: LabStack;

  before(async () => {
    await stopLab("elsewhere");
    lab = await startLab("elsewhere", [{ name: "web1" }, { name: "db2", role: "database" }]);
    await createHistory(join(lab.folder, "selfhelp-backend"));
    stack = new LabStack(lab);
    const { output, exitCode } = await deploy("v8.0.0");
    assert.equal(exitCode, 0, output);
  });
  after(async () => {
    await stopLab("elsewhere");
    removeConfig("elsewhere");
  });

  const root = async (host: string, command: string): Promise<string> =>
    (await onHost(lab, host, ["bash", "-c", command], { asRoot: true })).stdout.trim();
  const schemas = (host: string): Promise<string> => root(host, `mariadb -N -e "SHOW DATABASES LIKE 'selfhelp%'"`);
  /** What statements a server was sent, once it is told to write them down. */
  const write = (host: string): Promise<string> =>
    root(
      host,
      "rm -f /var/lib/mysql/said; mariadb -e \"SET GLOBAL general_log_file = '/var/lib/mysql/said'; SET GLOBAL general_log = ON\"",
    );
  const written = (host: string, what: string): Promise<string> =>
    root(host, `grep -cE ${JSON.stringify(what)} /var/lib/mysql/said || true`);

  async function deploy(release: string, over: Record<string, unknown> = {}): Promise<PulumiRun> {
    const { database } = lab;
    const server = {
      host: hostOf(lab, "db2").address,
      port: database.port,
      user: database.deployUser,
      password: database.deployPassword,
      tls: { caPath: database.caPath },
    };
    await stack.configure({ release, rehearsal: { database: { ...server, ...over } } });
    return stack.up();
  }

  it("restores and rehearses there, and leaves nothing there; the live server sees no copy", async () => {
    await Promise.all([write("web1"), write("db2")]);
    const { output, exitCode } = await deploy("v8.1.0");
    assert.equal(exitCode, 0, output);
    assert.match(output, /1 script, 10 statements on a copy/);
    assert.ok(Number(await written("db2", "CREATE DATABASE .selfhelp_verify_")) > 0);
    assert.ok(Number(await written("db2", "CREATE TABLE .user_profiles")) > 0);
    assert.equal(await written("web1", "CREATE DATABASE .selfhelp_verify_"), "0");
    assert.deepEqual(await Promise.all([schemas("web1"), schemas("db2")]), ["selfhelp", "selfhelp"]);
    assert.equal((await stack.outputs())["databaseVersion"], "v8.1.0");
  });

  it("finds there what would fail, before the live database is touched", async () => {
    const { output, exitCode } = await deploy("v8.2.0-fails-half-way");
    assert.notEqual(exitCode, 0);
    assert.match(output, /the rehearsal on a copy failed: 41_update_v8\.1\.0_v8\.2\.0\.sql:13:1: error 1060/);
    assert.equal(await root("web1", "mariadb -N -e 'SELECT version FROM selfhelp.version ORDER BY id DESC LIMIT 1'"), "v8.1.0");
    assert.equal(await schemas("db2"), "selfhelp");
  });

  it("names a server that can't be reached, with nothing live changed", async () => {
    await root("db2", "systemctl stop mariadb");
    const before = await root("web1", "ls /var/backups/selfhelp");
    const { output, exitCode } = await deploy("v8.2.0-fails-half-way");
    await root("db2", "systemctl start mariadb");
    assert.notEqual(exitCode, 0);
    assert.match(output, /could not be restored|can't be reached/);
    assert.match(output, new RegExp(hostOf(lab, "db2").address.replaceAll(".", "\\.")));
    assert.equal(await root("web1", "ls /var/backups/selfhelp"), before);
  });
});
