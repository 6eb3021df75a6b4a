import assert from "node:assert/strict";
import type { DatabaseVersionInputs } from "../../components/migration/contract";
import { scriptLine } from "../../components/migration/chain";
import { databaseVersion } from "../../components/migration/handler";
import { readLiveVersion } from "../../components/migration/read-version";
import { waitFor } from "../../lab/process";
import { Fixture } from "../unit/repository/fixture";
import { messageOf } from "./failing";
import { folder, MigrationHost, type Said } from "./migration-host";

const file = "40_update_v8.0.0_v8.1.0.sql";
const base = `CREATE TABLE version (id int PRIMARY KEY AUTO_INCREMENT, version varchar(100));
INSERT INTO version (version) VALUES ('v8.0.0');
CREATE TABLE users (id int PRIMARY KEY AUTO_INCREMENT, name varchar(50)) ENGINE=InnoDB;
INSERT INTO users (name) VALUES ('Zoë 🙂'), ('semi;colon');`;

/** Its statements: version, notes, two rows, a procedure that needs DELIMITER. */
const update = `\uFEFF-- it's the first\r
UPDATE version SET version = 'v8.1.0';\r
CREATE TABLE notes (id int PRIMARY KEY AUTO_INCREMENT, text varchar(255));\r
INSERT INTO notes (text) VALUES ('use other;\r
delimiter //\r
\\\\'), ('a -- b # c /* d');\r
INSERT INTO notes (text) VALUES ("Grüße 🙂; it's");\r
DELIMITER //\r
CREATE PROCEDURE add_note(IN t varchar(255)) -- ; inside\r
BEGIN\r
  DECLARE n int DEFAULT 0; /* ; ' */\r
  SELECT count(*) INTO n FROM notes WHERE text = t;\r
  IF n = 0 THEN INSERT INTO notes (text) VALUES (t); END IF;\r
END//\r
DELIMITER $$\r
INSERT INTO notes (text) VALUES ('two'); INSERT INTO notes (text) VALUES ('in one') -- as the client sends them\r
$$\r
CALL add_note('from a call')$$\r
CREATE VIEW names AS SELECT name FROM users$$\r
DELIMITER ;\r
/*!50003 CREATE TRIGGER users_name BEFORE INSERT ON users FOR EACH ROW SET NEW.name = TRIM(NEW.name) */;\r
INSERT INTO users (name) VALUES ('  Änne ')`;

describe("a migration, on a real server", function () {
  this.timeout(120_000);

  const on = new MigrationHost("migrationtest");
  let fixture: Fixture;

  beforeEach(() => (fixture = new Fixture()));
  afterEach(() => fixture.remove());

  /** A release that has these scripts, and the base. */
  const release = (scripts: Record<string, string>): string =>
    fixture.commit({
      "db/base.sql": base,
      ...Object.fromEntries(Object.entries(scripts).map(([name, content]) => [`${folder}/${name}`, content])),
    });
  const wants = (commit: string, over: Partial<DatabaseVersionInputs> = {}): Promise<DatabaseVersionInputs> =>
    on.wants(fixture.repository, commit, over);

  it("makes of an empty database exactly what the mariadb client makes of the same scripts", async () => {
    const wanted = await wants(release({ [file]: update, "notes.sql": "not a migration" }), { backup: null });
    const said: Said = { progress: [], warnings: [], cancel: new AbortController() };
    const state = await on.up(wanted, on.context(said));
    assert.equal(state.version, "v8.1.0");
    assert.equal(state.change, "empty -> v8.1.0, base db/base.sql, 1 script, 10 statements");
    assert.deepEqual(state.appliedScripts, [file]);
    assert.ok(said.progress.includes(`${file} 5/10 statements`), said.progress.join("\n"));
    const ours = await on.dump();
    await on.freshSchema();
    await on.byClient(base);
    await on.byClient(update);
    assert.equal(ours, await on.dump());
  });

  it("finds nothing to do at the wanted version, and says when it was reached", async () => {
    const wanted = await wants(release({ [file]: update }), { backup: null });
    const { changedAt } = await on.up(wanted);
    const { inputs, state } = await on.read(wanted);
    assert.deepEqual(inputs, wanted);
    assert.deepEqual(
      { ...state, changedAt: null },
      { version: "v8.1.0", appliedScripts: [file], change: "unchanged", findings: [], changedAt: null },
    );
    assert.equal(state.changedAt, changedAt);
    assert.ok(Math.abs(Date.now() - Date.parse(changedAt ?? "")) < 60_000, `${changedAt}`);
  });

  it("takes over a database that was migrated by hand, writing nothing into it", async () => {
    await on.byClient(base);
    await on.byClient(update);
    const wanted = await wants(release({ [file]: update }));
    const { inputs, state } = await on.read(wanted);
    assert.deepEqual([inputs.version, inputs.scripts, state.appliedScripts], ["v8.1.0", wanted.scripts, [file]]);
    assert.deepEqual(await on.tables(), ["names", "notes", "users", "version"]);
  });

  it("shows what is live and what will run, then runs only that", async () => {
    await on.byClient(base);
    const more = "41_update_v8.1.0_v8.2.0.sql";
    const wanted = await wants(release({ [file]: update, [more]: "UPDATE version SET version = 'v8.2.0'" }), {
      version: "v8.1.0",
      scripts: [scriptLine({ file, statements: 10 })],
    });
    const live = await on.read(wanted);
    assert.deepEqual([live.inputs.version, live.inputs.scripts], ["v8.0.0", []]);
    assert.equal((await on.planned(wanted)).change, "v8.0.0 -> v8.1.0, 1 script, 10 statements");
    assert.equal((await on.up(wanted)).version, "v8.1.0");
    assert.deepEqual((await on.read(wanted)).inputs, wanted);
  });

  describe("that fails half way", () => {
    const broken = `UPDATE version SET version = 'v8.1.0';
SET FOREIGN_KEY_CHECKS = 0, @kept = 'kept';
CREATE TABLE notes (id int PRIMARY KEY AUTO_INCREMENT, id_users int NOT NULL, text varchar(255), FOREIGN KEY (id_users) REFERENCES users (id));
-- The user isn't there,
-- and the column neither.
INSERT INTO notes (id_users, txt)
  VALUES (77, @kept);
INSERT INTO notes (id_users, text) VALUES (78, 'last');`;
    const corrected = broken.replace("txt", "text");

    const failed = async (): Promise<string> => {
      await on.byClient(base);
      const wanted = await wants(release({ [file]: broken }));
      return messageOf(on.up(wanted));
    };

    it("says where, why, what state the database is in and what to type", async () => {
      const message = await failed();
      assert.equal(
        message,
        `${file}:6:1: error 1054 (42S22): Unknown column 'txt' in 'INSERT INTO'
    statement 4 of 5: INSERT INTO notes (id_users, txt)
    The database "selfhelp" is half-applied: the first 3 of 5 statements of this script took effect. Users are still served by the release that was active.
    Next: correct ${file} from statement 4 on (those before it must stay as they are), set selfhelp:release to the corrected release and type: pulumi up. It continues there. Or restore the backup 20260101T000000Z-v8.0.0.`,
      );
    });

    it("is seen as such by the next preview", async () => {
      await failed();
      const wanted = await wants(release({ [file]: corrected }));
      const { inputs, state } = await on.read(wanted);
      assert.equal(state.version, `v8.1.0 (half-applied: 3 of 5 statements of ${file})`);
      assert.deepEqual([inputs.version, inputs.scripts], [state.version, [`${file} (3 of 5 statements)`]]);
      assert.equal((await on.planned(wanted)).change, `${state.version} -> v8.1.0, 1 script, 2 statements`);
    });

    it("continues at the statement that failed, with the settings that were made before it", async () => {
      await failed();
      const state = await on.up(await wants(release({ [file]: corrected })));
      assert.equal(state.version, "v8.1.0");
      assert.equal(await on.inSchema("SELECT id_users, text FROM notes ORDER BY id"), "77\tkept\n78\tlast");
    });

    it("stays with the backup from before its first statement, however often it is continued", async () => {
      await failed();
      const next = { backup: "20260102T000000Z-v8.1.0-half-applied" };
      const message = await messageOf(on.up(await wants(release({ [file]: corrected.replace("last", "l'ast") }), next)));
      assert.match(message, /statement 5 of 5[^]*Or restore the backup 20260101T000000Z-v8\.0\.0\.$/);
      await on.up(await wants(release({ [file]: corrected }), next));
      assert.equal(await on.inSchema("SELECT backup FROM selfhelp_migrations"), "20260101T000000Z-v8.0.0");
    });

    it("leaves that backup as the way back of the scripts behind it, too: the next one is of a half-applied database", async () => {
      await failed();
      const behind = { [file]: corrected, "41_update_v8.1.0_v8.2.0.sql": "UPDATE version SET version = 'v8.2.0';" };
      await on.up(await wants(release(behind), { backup: "20260102T000000Z-v8.1.0-half-applied", version: "v8.2.0" }));
      assert.equal(await on.inSchema("SELECT DISTINCT backup FROM selfhelp_migrations"), "20260101T000000Z-v8.0.0");
    });

    it("is refused while a statement that has run already is another one than before", async () => {
      await failed();
      const wanted = await wants(release({ [file]: corrected.replace("varchar(255)", "varchar(99)") }));
      await assert.rejects(
        on.up(wanted),
        /migration refused: .*one of its first 3 statements, which have run already, was changed since.*Or restore the backup 2026/,
      );
      assert.match(await on.inSchema("SHOW CREATE TABLE notes"), /varchar\(255\)/);
    });

    it("continues with what its variables held: numbers, texts in any character set, bytes, nothing", async () => {
      await on.byClient(base);
      const script = (column: string): string => `UPDATE version SET version = 'v8.1.0';
CREATE TABLE kept (id int PRIMARY KEY AUTO_INCREMENT, type varchar(20), value varchar(255), bytes varchar(255), compared varchar(50));
SET @id = (SELECT MAX(id) FROM users), @half = (SELECT 10 / 4), @big = (SELECT 18446744073709551615), @none = (SELECT NULL);
SELECT CONCAT(name, ' "''\\\\ é'), UNHEX('00ff0a') INTO @text, @raw FROM users ORDER BY id LIMIT 1;
SET @old = (SELECT CONVERT('é' USING latin1) COLLATE latin1_german1_ci), @double = (SELECT 1e30);
SET @next = @id;
UPDATE users SET ${column} = 'renamed' WHERE id = @id;
INSERT INTO kept (type, value, bytes, compared) SELECT 'id', @id + 1, HEX(@id), COLLATION(@id);
INSERT INTO kept (type, value, bytes, compared) SELECT 'half', @half, HEX(@half), COLLATION(@half);
INSERT INTO kept (type, value, bytes, compared) SELECT 'big', @big, HEX(@big), COLLATION(@big);
INSERT INTO kept (type, value, bytes, compared) SELECT 'double', @double, HEX(@double), COLLATION(@double);
INSERT INTO kept (type, value, bytes, compared) SELECT 'none', @none, HEX(@none), @next;
INSERT INTO kept (type, value, bytes, compared) SELECT 'text', @text, HEX(@text), COLLATION(@text);
INSERT INTO kept (type, value, bytes, compared) SELECT 'raw', HEX(@raw), HEX(@raw), COLLATION(@raw);
INSERT INTO kept (type, value, bytes, compared) SELECT 'old', @old, HEX(@old), COLLATION(@old);`;
      await on.byClient(script("name"));
      const asTheClient = await on.inSchema("SELECT * FROM kept ORDER BY id");
      await on.freshSchema();
      await on.byClient(base);
      await assert.rejects(on.up(await wants(release({ [file]: script("nam") }))), /statement 7 of 15/);
      assert.equal((await on.up(await wants(release({ [file]: script("name") })))).version, "v8.1.0");
      assert.equal(await on.inSchema("SELECT * FROM kept ORDER BY id"), asTheClient);
    });

    it("is refused when the rest needs a variable that the failed statement had counted up", async () => {
      await on.byClient(base);
      const script = (last: string): string => `UPDATE version SET version = 'v8.1.0';
SET @n = (SELECT 10);
UPDATE users SET name = CONCAT('user ', @n := @n + 1), id = IF(id > 1, ${last}, id);
INSERT INTO users (name) VALUES (@n);`;
      await assert.rejects(on.up(await wants(release({ [file]: script("1") }))), /statement 3 of 4/);
      await assert.rejects(on.up(await wants(release({ [file]: script("id") }))), /needs the variable @n, which ended with the session/);
    });

    it("is refused when the rest needs something that ended with the session", async () => {
      await on.byClient(base);
      const script = (column: string): string => `UPDATE version SET version = 'v8.1.0';
INSERT INTO users (name) VALUES ('new');
INSERT INTO users (${column}) SELECT CONCAT('copy of ', LAST_INSERT_ID());`;
      await assert.rejects(on.up(await wants(release({ [file]: script("nam") }))), /statement 3 of 3/);
      await assert.rejects(
        on.up(await wants(release({ [file]: script("name") }))),
        /needs LAST_INSERT_ID\(\), which ended with the session/,
      );
      assert.equal(await on.inSchema("SELECT COUNT(*) FROM users"), "3");
    });

    it("counts only what was committed, and continues from there", async () => {
      await on.byClient(base);
      const script = (column: string): string => `UPDATE version SET version = 'v8.1.0';
START TRANSACTION;
INSERT INTO users (name) VALUES ('one');
INSERT INTO users (${column}) VALUES ('two');
COMMIT;`;
      const message = await messageOf(on.up(await wants(release({ [file]: script("nam") }))));
      assert.match(message, /the first 1 of 5 statements of this script took effect; the server rolled statement 2 to 3 back/);
      await on.up(await wants(release({ [file]: script("name") })));
      assert.equal(await on.inSchema("SELECT GROUP_CONCAT(name ORDER BY id) FROM users WHERE id > 2"), "one,two");
    });

    it("names the one of many small statements that failed, and none behind it has run", async () => {
      await on.byClient(base);
      const rows = (failing: string): string =>
        Array.from({ length: 60 }, (_, index) => `INSERT INTO users (${index === 44 ? failing : "name"}) VALUES ('row ${index}?');`).join(
          "\n",
        );
      const script = (failing: string): string => `UPDATE version SET version = 'v8.1.0';\n${rows(failing)}`;
      for (const failing of ["nam", "name, id", "name,"]) {
        const message = await messageOf(on.up(await wants(release({ [file]: script(failing) }))));
        assert.match(
          message,
          new RegExp(`^${file}:46:1: error (1054|1064|1136) .*\\n    statement 46 of 61: INSERT INTO users \\(${failing}\\) VALUES`),
        );
        assert.equal(await on.inSchema("SELECT COUNT(*), MAX(name) FROM users WHERE name LIKE 'row %'"), "44\trow 9?");
      }
      await on.up(await wants(release({ [file]: script("name") })));
      assert.equal(await on.inSchema("SELECT COUNT(*), COUNT(DISTINCT name) FROM users WHERE name LIKE 'row %'"), "60\t60");
    });

    it("waits for a table that users hold no longer than it may", async () => {
      await on.byClient(base);
      const script = "UPDATE version SET version = 'v8.1.0'; ALTER TABLE users ADD COLUMN age int;";
      const wanted = await wants(release({ [file]: script }), { session: { lockWaitSeconds: 1 } });
      const letGo = await holdUsers();
      await assert.rejects(on.up(wanted), new RegExp(`${file}:1:40: error 1205 .*Lock wait timeout`));
      await letGo();
      assert.equal((await on.up(wanted)).version, "v8.1.0");
    });
  });

  /** A user's open transaction that has read the table `users`. */
  const holdUsers = async (): Promise<() => Promise<void>> => {
    const user = await on.connect();
    await user.execute("START TRANSACTION");
    await user.query("SELECT * FROM users");
    return () => user.close();
  };

  const slow = `UPDATE version SET version = 'v8.1.0';
CREATE TABLE notes (text varchar(255));
INSERT INTO notes SELECT SLEEP(40);
INSERT INTO notes VALUES ('last');`;

  it("stops between two statements when it is cancelled, and goes on at the next up", async () => {
    await on.byClient(base);
    const wanted = await wants(release({ [file]: update }));
    const cancel = new AbortController();
    const context = on.context({ cancel }, (text) => (text.includes(" 2/10 ") ? cancel.abort() : undefined));
    const message = await messageOf(on.up(wanted, context));
    assert.match(message, new RegExp(`^${file}: cancelled after statement 2 of 10`));
    assert.match(message, /Next: pulumi up continues at statement 3/);
    assert.equal((await on.read(wanted)).state.version, `v8.1.0 (half-applied: 2 of 10 statements of ${file})`);
    await on.up(wanted);
    const ours = await on.dump();
    await on.freshSchema();
    await on.byClient(base);
    await on.byClient(update);
    assert.equal(ours, await on.dump());
  });

  it("that loses its session in a statement asks a person how that ended, and goes on where they say", async () => {
    await on.byClient(base);
    const wanted = await wants(release({ [file]: slow }));
    const running = messageOf(on.up(wanted));
    await waitFor("the statement runs", 20, async () => (await on.running("SLEEP(40)")) !== "");
    await on.root(`KILL ${await on.running("SLEEP(40)")}`);
    assert.match(
      await running,
      /Nobody saw how statement 3 ended.\n {4}Next: look whether statement 3 took effect, then type: npx selfhelp migrations resolve 40_update_v8\.0\.0_v8\.1\.0\.sql --took-effect \(or --no-effect\), and pulumi up/,
    );
    await assert.rejects(on.planned(wanted), /it was interrupted in statement 3, and nobody saw how that ended/);
    await on.inSchema(`UPDATE selfhelp_migrations SET state = 'failed', done = 3, done_checksum = '' WHERE script = '${file}'`);
    await on.up(wanted);
    assert.equal(await on.inSchema("SELECT text FROM notes"), "last");
  });

  const dozing = "UPDATE version SET version = 'v8.1.0'; DO SLEEP(3)";

  it("outlives the server's patience with the ledger's session, which says nothing while a statement runs", async () => {
    await on.byClient(base);
    const patience = await on.root("SELECT @@GLOBAL.wait_timeout");
    await on.root("SET GLOBAL wait_timeout = 2");
    const [patient, impatient] = [on.session, await on.connect()];
    on.session = impatient;
    const { version } = await on
      .up(await wants(release({ [file]: dozing })))
      .finally(() => on.root(`SET GLOBAL wait_timeout = ${patience}`));
    assert.equal(version, "v8.1.0");
    await impatient.close();
    on.session = patient;
  });

  it("that loses the ledger's session says what stands, and the next up records it without running anything again", async () => {
    await on.byClient(base);
    const wanted = await wants(release({ [file]: `${dozing}; INSERT INTO users (name) VALUES ('once')` }));
    const [row] = await on.session.query<{ id: number }>("SELECT CONNECTION_ID() AS id");
    const running = messageOf(on.up(wanted));
    await waitFor("the statement runs", 20, async () => (await on.running("SLEEP(3)")) !== "");
    await on.root(`KILL ${row?.id}`);
    assert.match(
      await running,
      new RegExp(`^${file}: all its statements ran, but before that was recorded the connection was lost.*\\n.*3 of 3 statements`),
    );
    on.session = await on.connect();
    assert.equal(
      (await on.planned(wanted)).change,
      `v8.1.0 (half-applied: 3 of 3 statements of ${file}) -> v8.1.0, 1 script, 0 statements`,
    );
    assert.equal((await on.up(wanted)).version, "v8.1.0");
    assert.deepEqual((await on.read(wanted)).inputs, wanted);
    assert.equal(await on.inSchema("SELECT COUNT(*) FROM users WHERE name = 'once'"), "1");
  });

  it("whose first statement fails leaves the database at its version, and any other script may come instead", async () => {
    await on.byClient(base);
    const message = await messageOf(on.up(await wants(release({ [file]: "UPDATE versions SET version = 'v8.1.0'; SELECT 1;" }))));
    assert.match(message, /The database "selfhelp" is as it was before this script: none of its statements took effect\. Users/);
    const wanted = await wants(release({ [file]: "UPDATE version SET version = 'v8.1.0'" }));
    assert.equal((await on.planned(wanted)).change, "v8.0.0 -> v8.1.0, 1 script, 1 statement");
    assert.equal((await on.up(wanted)).version, "v8.1.0");
  });

  describe("many small statements", () => {
    const setUp = `${base}
CREATE TABLE log (id int PRIMARY KEY AUTO_INCREMENT, what varchar(100));
CREATE TABLE plain (id int PRIMARY KEY, n int) ENGINE=MyISAM;
INSERT INTO plain VALUES (1, 0);
CREATE TRIGGER users_log AFTER UPDATE ON users FOR EACH ROW INSERT INTO log (what) VALUES (CONCAT(OLD.name, ' -> ', NEW.name));`;
    const script = (name: string): string => `UPDATE version SET version = 'v8.1.0';
SET @n = 0;
INSERT INTO users (name) VALUES ('one');
INSERT INTO log (what) VALUES (LAST_INSERT_ID());
UPDATE users SET name = CONCAT(name, '!') WHERE name = 'one';
UPDATE plain SET n = n + 1 WHERE id = 1;
INSERT INTO users (name) VALUES (@n := @n + 1);
UPDATE users SET name = 'two' WHERE id = LAST_INSERT_ID();
INSERT INTO log (what) VALUES (@n);
UPDATE users SET ${name} = 'three' WHERE id = LAST_INSERT_ID();
INSERT INTO log (what) SELECT ROW_COUNT();
DELETE FROM users WHERE name = 'three';
INSERT INTO log (what) VALUES ((SELECT ROW_COUNT()));
UPDATE plain SET n = n + 1 WHERE id = 1;
SET @name = 'o', @n = 7;
INSERT INTO log (what) VALUES (CONCAT(@name, @n, ' ; ', 'x')) -- the last but one
;
UPDATE users SET name = @name WHERE id = 1`;

    it("mean what they mean to the client, also where they fail, however they travel", async () => {
      await on.byClient(setUp);
      const message = await messageOf(on.up(await wants(release({ [file]: script("nam") }))));
      assert.match(message, new RegExp(`^${file}:10:1: error 1054 .*\\n    statement 10 of 17: UPDATE users SET nam = 'three'`));
      const failed = await on.dump();
      await on.freshSchema();
      await on.byClient(setUp);
      await on.byClient(script("nam").split("\n").slice(0, 9).join("\n"));
      assert.equal(failed, await on.dump());

      await on.freshSchema();
      await on.byClient(setUp);
      await on.up(await wants(release({ [file]: script("name") })));
      const ours = await on.dump();
      await on.freshSchema();
      await on.byClient(setUp);
      await on.byClient(script("name"));
      assert.equal(ours, await on.dump());
    });

    it("are tried once: what a failing one left outside its transaction isn't left twice", async () => {
      await on.byClient(setUp);
      const script = `UPDATE version SET version = 'v8.1.0';
INSERT INTO plain VALUES (2, 0);
UPDATE plain SET n = n + 1, id = 2 WHERE id > 0 ORDER BY id DESC;`;
      const wanted = await wants(release({ [file]: script }));
      assert.match(await messageOf(on.up(wanted)), /statement 3 of 3: UPDATE plain/);
      assert.equal(await on.inSchema("SELECT GROUP_CONCAT(id, ':', n ORDER BY id) FROM plain"), "1:0,2:1");
      assert.equal((await on.read(wanted)).state.version, `v8.1.0 (half-applied: 2 of 3 statements of ${file})`);
    });

    it("wait for a cancel no longer than the one among them that takes long", async () => {
      await on.byClient(setUp);
      const script = `UPDATE version SET version = 'v8.1.0';
INSERT INTO log (what) VALUES ('one');
UPDATE users SET name = 'two' WHERE id = 1 AND SLEEP(2) = 0;
INSERT INTO log (what) VALUES ('three');`;
      const cancel = new AbortController();
      const context = on.context({ cancel }, (text) => (text.includes(" 3/4 statements, 1 s") ? cancel.abort() : undefined));
      assert.match(await messageOf(on.up(await wants(release({ [file]: script })), context)), /cancelled after statement 3 of 4/);
      assert.equal(await on.inSchema("SELECT COUNT(*) FROM log WHERE what = 'three'"), "0");
    });

    it("are none lost of where the server can't read one of them, and it says why in its own words", async () => {
      await on.byClient(setUp);
      const inserts = Array.from({ length: 70 }, (_, index) => `INSERT INTO log (what) VALUES ('${index}');`).join("\n");
      const message = await messageOf(
        on.up(
          await wants(release({ [file]: `UPDATE version SET version = 'v8.1.0';\n${inserts}\nINSERT INTO log (what) VALUES ('a' 'b',);` })),
        ),
      );
      assert.match(message, new RegExp(`^${file}:72:1: error 1064 .*near '\\)' at line 1\n`));
      assert.equal(await on.inSchema("SELECT COUNT(*) FROM log"), "70");
    });
  });

  describe("says while it runs", () => {
    const run = async (script: string, over: Partial<DatabaseVersionInputs> = {}): Promise<Said> => {
      await on.byClient(base);
      const said: Said = { progress: [], warnings: [], cancel: new AbortController() };
      await on.up(await wants(release({ [file]: script }), over), on.context(said));
      return said;
    };

    it("how long a statement has taken, and of how much in the rehearsal", async () => {
      const script = `UPDATE version SET version = 'v8.1.0';
DO SLEEP(2.5);
INSERT INTO users (name) VALUES ('one');
UPDATE users SET name = 'two' WHERE id = 1 AND SLEEP(2.5) = 0;`;
      const { progress } = await run(script, { durations: { [file]: { 2: 2500 } } });
      assert.ok(progress.includes(`${file} 2/4 statements, 2 s of about 3 s`), progress.join("\n"));
      assert.ok(progress.includes(`${file} 4/4 statements, 2 s of less than 1 s`), progress.join("\n"));
      const [row] = (await readLiveVersion(on.session)).applied;
      assert.ok((row?.milliseconds ?? 0) >= 5000, "the ledger tells how long it took");
    });

    it("what the server warns of, statement by statement, also of those that travel together", async () => {
      const script = `UPDATE version SET version = 'v8.1.0';
CREATE TABLE notes (id int PRIMARY KEY AUTO_INCREMENT, text varchar(3));
INSERT INTO notes (text) VALUES ('one');
INSERT INTO notes (text) VALUES ('three');
UPDATE notes SET text = 'four' WHERE id = 1;
INSERT INTO notes (text) VALUES ('five'), ('six'), ('seven');
ALTER TABLE notes MODIFY text varchar(2);
UPDATE notes SET text = 'eight';
SELECT ROW_COUNT();
INSERT INTO notes (text) VALUES (CAST('9x' AS int));`;
      const { warnings } = await run(script, { session: { lockWaitSeconds: 10, sqlMode: "" } });
      const truncated = (row: number): string => `1265 Data truncated for column 'text' at row ${row}`;
      const rows = (...numbers: number[]): string => numbers.map(truncated).join("; ");
      assert.deepEqual(warnings, [
        `${file}:4: 1 warning of the server: ${rows(1)}`,
        `${file}:5: 1 warning of the server: ${rows(1)}`,
        `${file}:6: 2 warnings of the server: ${rows(1, 3)}`,
        `${file}:7: 5 warnings of the server: ${rows(1, 2, 3, 4, 5)}`,
        `${file}:8: 5 warnings of the server`,
        `${file}:10: 1 warning of the server: 1292 Truncated incorrect INTEGER value: '9x'`,
      ]);
    });
  });

  it("stores what the client would, also where a script says that it is in another character set", async () => {
    await on.byClient(base);
    const script = "UPDATE version SET version = 'v8.1.0'; SET NAMES latin1; INSERT INTO users (name) VALUES ('é🙂');";
    await on.up(await wants(release({ [file]: script })));
    const ours = await on.dump();
    await on.freshSchema();
    await on.byClient(base);
    await on.byClient(script);
    assert.equal(ours, await on.dump());
  });

  it("runs a base script as mysqldump writes it, with its locks and settings, and what comes after in a session of its own", async () => {
    await on.byClient(base);
    const asDumped = await on.dump();
    await on.freshSchema();
    const wanted = await wants(
      release({
        "../base.sql": asDumped,
        [file]: "UPDATE version SET version = 'v8.1.0'; CREATE TABLE t (m varchar(999) DEFAULT (@@sql_mode));",
      }),
    );
    assert.match(asDumped, /LOCK TABLES[\s\S]*SQL_NOTES/);
    assert.equal((await on.up({ ...wanted, backup: null })).version, "v8.1.0");
    assert.equal(await on.inSchema("SELECT name FROM users WHERE id = 1"), "Zoë 🙂");
  });

  describe("with files that run after each migration", () => {
    const routes = "DELETE FROM routes; INSERT INTO routes (name) VALUES ('one');";
    const files = (api: string): Record<string, string> => ({
      [file]: "UPDATE version SET version = 'v8.1.0'; CREATE TABLE routes (name varchar(50));",
      "api_routes.sql": api,
    });
    const afterEach = ["api_routes.sql"];

    it("runs them behind the scripts, and again when their content changed, not otherwise", async () => {
      await on.byClient(base);
      const first = await wants(release(files(routes)), { afterEach });
      const { appliedScripts, change } = await on.up(first);
      assert.deepEqual([appliedScripts, change], [[file], "v8.0.0 -> v8.1.0, 2 scripts, 4 statements"]);
      assert.deepEqual((await on.read(first)).inputs.scripts, first.scripts);

      const changed = await wants(release(files(routes.replace("one", "two"))), { afterEach });
      assert.notDeepEqual((await on.read(changed)).inputs.scripts, changed.scripts);
      assert.equal((await on.up(changed)).change, "v8.1.0, 1 script, 2 statements");
      assert.equal(await on.inSchema("SELECT name FROM routes"), "two");
      assert.deepEqual((await on.read(changed)).inputs.scripts, changed.scripts);
    });

    it("begins again with one that stopped half way", async () => {
      await on.byClient(base);
      await messageOf(on.up(await wants(release(files(`${routes} SELECT nothing;`)), { afterEach })));
      const wanted = await wants(release(files(routes)), { afterEach });
      assert.equal((await on.read(wanted)).state.version, "v8.1.0 (half-applied: 2 of 3 statements of api_routes.sql)");
      await on.up(wanted);
      assert.equal(await on.inSchema("SELECT name FROM routes"), "one");
      assert.equal((await on.read(wanted)).state.version, "v8.1.0");
    });
  });

  it("notices a script that was changed after it was applied, shows how, and goes on when that is acknowledged", async () => {
    await on.byClient(base);
    const script = "UPDATE version SET version = 'v8.1.0'; CREATE TABLE notes (id int);";
    await on.up(await wants(release({ [file]: script })));
    const commit = release({ [file]: script.replace("id int", "id bigint") });
    const wanted = await wants(commit);
    assert.deepEqual((await on.read(wanted)).inputs.scripts, [`${file} (2 statements) changed since it was applied`]);
    const refusal = await messageOf(on.planned(wanted));
    assert.match(
      refusal,
      new RegExp(
        `${file} was changed after it was applied on \\d{4}-\\d\\d-\\d\\d\\n {8}statement 2 was: CREATE TABLE notes \\(id int\\)\\n {8}statement 2 is: {2}CREATE TABLE notes \\(id bigint\\)\\n`,
      ),
    );
    const accepted = await wants(commit, { acknowledged: [{ rule: "changed-script", script: file, reason: "a typo" }] });
    assert.deepEqual((await on.read(accepted)).inputs.scripts, accepted.scripts);
  });

  it("gives a script the configured sql_mode and time limit, and records who ran what in which mode", async () => {
    await on.byClient(base);
    const session = { lockWaitSeconds: 10, statementSeconds: 1, sqlMode: "ANSI_QUOTES" };
    const wanted = await wants(release({ [file]: `UPDATE "version" SET version = 'v8.1.0'; SELECT SLEEP(30);` }), { session });
    assert.match(await messageOf(on.up(wanted)), /statement 2 of 2: SELECT SLEEP\(30\)[^]*half-applied: the first 1 of 2/);
    assert.equal(
      await on.inSchema("SELECT operator, sql_mode, commit_id FROM selfhelp_migrations"),
      `ann@laptop\tANSI_QUOTES\t${wanted.commit}`,
    );
  });

  describe("is refused, and nothing is written,", () => {
    const untouched = async (attempt: () => Promise<unknown>, reason: RegExp): Promise<void> => {
      const before = await on.tables();
      await assert.rejects(attempt, reason);
      assert.deepEqual(await on.tables(), before);
    };

    it("for a lower target", async () => {
      await on.byClient(base);
      await on.byClient(update);
      await untouched(
        async () => on.up(await wants(release({ [file]: update }), { version: "v8.0.0", scripts: [] })),
        /a downgrade is a rollback, not a migration/,
      );
    });

    it("for a version that no script leads to", async () => {
      await on.byClient(base);
      await untouched(
        async () => on.up(await wants(release({ [file]: update }), { version: "v9.0.0" })),
        /has no script from v8.1.0 towards v9.0.0. Nothing was changed by this step. Its scripts: 40_update/,
      );
    });

    it("when somebody else changed the database after it was planned", async () => {
      await on.byClient(base);
      const wanted = await wants(release({ [file]: update }));
      const live = await on.read(wanted);
      await on.byClient(update);
      await untouched(
        () => databaseVersion.act(live, wanted, on.context()),
        /was at v8.0.0 when this was planned, and is at v8.1.0 now: somebody else changed it/,
      );
    });

    it("without a backup", async () => {
      await on.byClient(base);
      await untouched(async () => on.up(await wants(release({ [file]: update }), { backup: null })), /there is no backup of the database/);
    });

    it("for an empty database without a base", async () => {
      await untouched(
        async () => on.up(await wants(release({ [file]: update }), { base: undefined })),
        /the database is empty.*Set selfhelp:base/,
      );
    });

    it("for a database that isn't this application's", async () => {
      await on.inSchema("CREATE TABLE orders (id int)");
      await untouched(
        async () => on.up(await wants(release({ [file]: update }))),
        /isn't empty \(1 table\) and has no readable version.*never touched/,
      );
    });

    it("while another migration runs", async () => {
      await on.byClient(base);
      const other = await on.connect();
      await other.query("SELECT GET_LOCK('selfhelp_migrations.selfhelp', 0)");
      await untouched(
        async () => on.up(await wants(release({ [file]: update }))),
        /another migration of the database "selfhelp" is running/,
      );
      await other.close();
    });

    it("when the version was set back by hand", async () => {
      const wanted = await wants(release({ [file]: update }), { backup: "20260101T000000Z-v8.0.0" });
      await on.up(wanted);
      await on.inSchema("UPDATE version SET version = 'v8.0.0'");
      await untouched(
        async () => on.up(wanted),
        new RegExp(`the database says v8.0.0, but ${file} was applied on .*UPDATE version SET version = 'v8.1.0'`),
      );
    });
  });

  it("isn't done before the version is what its name says", async () => {
    await on.byClient(base);
    const wanted = await wants(release({ [file]: "CREATE TABLE notes (id int);" }));
    await assert.rejects(on.up(wanted), /all its statements ran, but the database's version is v8.0.0 instead of v8.1.0/);
    await on.inSchema("UPDATE version SET version = 'v8.1.0'");
    assert.equal((await on.up(wanted)).version, "v8.1.0");
  });

  it("isn't done when the script leaves its transaction open, as the client would roll it back", async () => {
    await on.byClient(base);
    const script = (end: string): string => `START TRANSACTION; UPDATE version SET version = 'v8.1.0'; ${end}`;
    await assert.rejects(on.up(await wants(release({ [file]: script("") }))), /it ended without COMMIT/);
    assert.equal(await on.inSchema("SELECT version FROM version"), "v8.0.0");
    assert.equal((await on.up(await wants(release({ [file]: script("COMMIT;") })))).version, "v8.1.0");
  });
});
