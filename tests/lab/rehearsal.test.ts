import assert from "node:assert/strict";
import { databaseVersion } from "../../components/migration/handler";
import type { RehearsalState } from "../../components/rehearsal/contract";
import { rehearsal } from "../../components/rehearsal/handler";
import { onHost } from "../../lab/lab";
import type { Context } from "../../provider/handler";
import { Fixture } from "../unit/repository/fixture";
import { messageOf } from "./failing";
import { folder, MigrationHost, type Said } from "./migration-host";

const file = "40_update_v8.0.0_v8.1.0.sql";
const copy = "selfhelp_verify_20260101t000000z";
const base = `CREATE TABLE version (id int PRIMARY KEY AUTO_INCREMENT, version varchar(100));
INSERT INTO version (version) VALUES ('v8.0.0');
CREATE TABLE users (id int PRIMARY KEY AUTO_INCREMENT, name varchar(50));
INSERT INTO users (name) VALUES ('Zoë'), ('Änne');
CREATE VIEW names AS SELECT name FROM users;
CREATE PROCEDURE rename_user(IN i int) UPDATE users SET name = 'new' WHERE id = i;`;
const update = `UPDATE version SET version = 'v8.1.0';
ALTER TABLE users ADD COLUMN email varchar(100);
INSERT INTO users (name) VALUES ('Jörg');
CREATE TABLE notes (id int PRIMARY KEY AUTO_INCREMENT, text varchar(255));
CREATE TRIGGER users_name BEFORE INSERT ON users FOR EACH ROW SET NEW.name = TRIM(NEW.name);
CREATE EVENT yearly ON SCHEDULE EVERY 1 YEAR DO DELETE FROM notes;`;

describe("a rehearsal, on a real server", function () {
  this.timeout(120_000);

  const on = new MigrationHost("rehearsaltest");
  let fixture: Fixture;

  before(() => on.root("CREATE DATABASE analytics; GRANT ALL ON analytics.* TO selfhelp_deploy@'127.0.0.1'"));
  beforeEach(async () => {
    fixture = new Fixture();
    await on.byClient(base);
  });
  afterEach(async () => {
    fixture.remove();
    assert.equal(await on.root("SHOW DATABASES LIKE '%verify%'"), "", "the copy was left");
  });

  const wants = (script: string) => on.wants(fixture.repository, fixture.commit({ "db/base.sql": base, [`${folder}/${file}`]: script }));

  /** What the backup step leaves: the live database, restored beside it. */
  const restoreCopy = async (): Promise<void> => {
    await on.root(`CREATE DATABASE ${copy} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
    const restored = await onHost(on.lab, "db1", ["bash", "-c", `mariadb-dump --routines --triggers --events selfhelp | mariadb ${copy}`], {
      asRoot: true,
    });
    assert.equal(restored.exitCode, 0, restored.stderr);
  };

  const rehearse = async (script: string, context: Context = on.context()): Promise<RehearsalState> => {
    await restoreCopy();
    const wanted = { ...(await wants(script)), copy };
    return rehearsal.act(await rehearsal.read(wanted, undefined, context), wanted, context);
  };

  it("runs what is pending on the copy alone, and tells the schema that the live run then has", async () => {
    const before = await on.dump();
    const { schema, change } = await rehearse(update);
    assert.match(change, /^1 script, 6 statements on a copy in [\d.]+ s$/);
    assert.equal(await on.dump(), before);
    assert.deepEqual(Object.keys(schema ?? {}), [
      ...["table notes", "table users", "table version", "view names", "procedure rename_user", "trigger users_name", "event yearly"],
    ]);
    const { version } = await on.up({ ...(await wants(update)), rehearsed: schema });
    assert.equal(version, "v8.1.0");
  });

  it("tells how long each statement took that took long, and warns of what the server warned of", async () => {
    const said: Said = { progress: [], warnings: [], cancel: new AbortController() };
    const script = "UPDATE version SET version = 'v8.1.0';\nDO SLEEP(0.2);\nINSERT IGNORE INTO users (id, name) VALUES (1, 'x');";
    const { durations } = await rehearse(script, on.context(said));
    assert.deepEqual(Object.keys(durations ?? {}), [file]);
    const took = durations?.[file]?.[2] ?? 0;
    assert.ok(took >= 200, JSON.stringify(durations));
    assert.deepEqual(said.warnings, [`${file}:3: 1 warning of the server: 1062 Duplicate entry '1' for key 'PRIMARY'`]);
  });

  it("notices afterwards that the live schema became another one, and the next up goes on from there", async () => {
    const { schema } = await rehearse(update);
    await on.inSchema("ALTER TABLE users ADD COLUMN by_hand int; DROP PROCEDURE rename_user; CREATE TABLE extra (id int)");
    const wanted = { ...(await wants(update)), rehearsed: schema };
    assert.match(
      await messageOf(on.up(wanted)),
      new RegExp(
        '^the database "selfhelp" reached v8.1.0, but its schema is not the one that the rehearsal led to:\\n' +
          " {4}procedure rename_user is missing\\n {4}table extra should not be there\\n {4}table users is different\\n",
      ),
    );
    const { inputs } = await databaseVersion.read(wanted, undefined, on.context());
    assert.equal(inputs.version, wanted.version);
  });

  it("that fails says where and why, and that live was not touched", async () => {
    const before = await on.dump();
    const message = await messageOf(rehearse(`${update}\nALTER TABLE nothing ADD COLUMN a int;`));
    assert.match(
      message,
      new RegExp(`^the rehearsal on a copy failed: ${file}:7:1: error 1146 .*doesn't exist\\n {4}statement 7 of 7: ALTER TABLE nothing`),
    );
    assert.match(message, /The live database "selfhelp" was not touched: it is at v8\.0\.0/);
    assert.equal(await on.dump(), before);
  });

  it("fails, too, when a script doesn't reach its version", async () => {
    assert.match(
      await messageOf(rehearse("CREATE TABLE notes (id int)")),
      new RegExp(`failed: ${file}: all its statements ran, but the database's version is v8.0.0 instead of v8.1.0\\n.*was not touched`),
    );
  });

  it("isn't begun where the migration is refused, and its copy is gone, too", async () => {
    assert.match(await messageOf(rehearse(`${update}\nDROP TABLE users;`)), /the release that serves users until the switch would break/);
  });

  it("ends when it is cancelled", async () => {
    const cancel = new AbortController();
    const context = on.context({ cancel }, (text) => (text.includes(" 2/6 ") ? cancel.abort() : undefined));
    assert.match(await messageOf(rehearse(update, context)), /the rehearsal was cancelled.*the live database was not touched/);
  });

  it("goes on in the middle of a script where the live database is", async () => {
    const broken = update.replace("CREATE TABLE notes", "CREATE TABLE users");
    await messageOf(on.up(await wants(broken)));
    const { schema } = await rehearse(update);
    await on.up({ ...(await wants(update)), rehearsed: schema });
    assert.equal(await on.inSchema("SELECT version FROM version"), "v8.1.0");
  });

  describe("runs nothing that would reach the live database from the copy:", () => {
    for (const [what, statement] of Object.entries({
      "a name with the database's": "ALTER TABLE `selfhelp`.users ADD COLUMN a int",
      "the same without quotes": "DELETE FROM selfhelp . users WHERE id = 1",
      "one in a text that becomes a statement": "EXECUTE IMMEDIATE 'UPDATE selfhelp.users SET name = 1 WHERE id = 1'",
      USE: "USE selfhelp",
      "another database": "INSERT INTO analytics.events VALUES (1)",
      "the database as such": "ALTER DATABASE selfhelp COLLATE utf8mb4_bin",
      "an account": "CREATE USER somebody@localhost",
      "a right": "GRANT SELECT ON selfhelp_x.* TO somebody",
      "a setting of the server": "SET GLOBAL max_connections = 3",
    }))
      it(what, async () => {
        const before = await on.dump();
        const message = await messageOf(rehearse(`UPDATE version SET version = 'v8.1.0';\n${statement};`));
        assert.match(
          message,
          new RegExp(`failed: ${file}:2 names a database or the server itself; run on a copy, it would reach what is live`),
        );
        assert.equal(await on.dump(), before);
      });

    it("but a text that only looks like it is data", async () => {
      await rehearse(`UPDATE version SET version = 'v8.1.0';\nINSERT INTO users (name) VALUES ('create user on selfhelp.users');`);
    });

    it("not even with another user's rights on the same server", async () => {
      const context = on.context();
      const copySettings = on.settings({ address: on.lab.hosts[0]?.address });
      const inventory = { ...context.inventory, copySettings };
      assert.match(
        await messageOf(rehearse("UPDATE version SET version = 'v8.1.0';\nDELETE FROM selfhelp.users;", { ...context, inventory })),
        /names a database or the server itself/,
      );
    });

    it("a procedure of the database that does", async () => {
      await on.inSchema("CREATE PROCEDURE wipe() DELETE FROM selfhelp.users");
      assert.match(
        await messageOf(rehearse("UPDATE version SET version = 'v8.1.0';\nCALL wipe();")),
        /failed: procedure wipe names a database or the server itself/,
      );
    });
  });
});
