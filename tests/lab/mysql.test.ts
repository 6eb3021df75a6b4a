import assert from "node:assert/strict";
import type { DatabaseVersionInputs } from "../../components/migration/contract";
import { objectsText } from "../../components/backup/objects";
import { restoreBeside } from "../../components/backup/restore-to";
import { restoreDatabase } from "../../components/rollback/restore";
import { readLiveVersion } from "../../components/migration/read-version";
import { waitFor } from "../../lab/process";
import { Fixture } from "../unit/repository/fixture";
import { BackupHost, directory } from "./backup-host";
import { rootOn } from "./by-hand";
import { demoHistory } from "./demo-history";
import { messageOf } from "./failing";
import { folder, MigrationHost } from "./migration-host";

const file = "40_update_v8.0.0_v8.1.0.sql";
const base = `CREATE TABLE version (id int PRIMARY KEY AUTO_INCREMENT, version varchar(100));
INSERT INTO version (version) VALUES ('v8.0.0');
CREATE TABLE users (id int PRIMARY KEY AUTO_INCREMENT, name varchar(50)) ENGINE=InnoDB;
INSERT INTO users (name) VALUES ('Ann'), ('Bob'), ('Cem');`;

/** What MariaDB would not read, or would do otherwise. */
const own = `UPDATE version SET version = 'v8.1.0';
CREATE TABLE notes (id binary(16) DEFAULT (UUID_TO_BIN(UUID())) PRIMARY KEY, user int NOT NULL, words varchar(20) COLLATE utf8mb4_0900_as_cs, facts json, length int AS (CHAR_LENGTH(words)) STORED, KEY in_lower ((LOWER(words))), CHECK (user > 0));
INSERT INTO notes (user, words, facts) VALUES (1, 'Grüße 🙂', '{"of": ["a", "b"]}') AS new ON DUPLICATE KEY UPDATE words = new.words;
ALTER TABLE users ADD COLUMN age int, ALGORITHM=INSTANT;
ALTER TABLE users RENAME COLUMN age TO years;
CREATE INDEX by_name ON users (name) INVISIBLE;
CREATE TABLE facts SELECT notes.user, listed.fact, 'text' AS source FROM notes, JSON_TABLE(facts, '$.of[*]' COLUMNS (fact varchar(10) PATH '$')) AS listed;
CREATE VIEW ages AS WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < 3) SELECT n, 'of text' AS kind FROM numbers;
DELIMITER //
CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC RETURN n * 2//
CREATE TRIGGER users_name BEFORE INSERT ON users FOR EACH ROW SET NEW.name = TRIM(NEW.name)//
DELIMITER ;
INSERT INTO users (name) VALUES ('  Änne ');`;

describe("a MySQL server", function () {
  this.timeout(180_000);

  const on = new MigrationHost("mysqltest", "MySQL");
  let fixture: Fixture;

  beforeEach(() => (fixture = new Fixture()));
  afterEach(() => fixture.remove());

  const wants = (script: string, over: Partial<DatabaseVersionInputs> = {}): Promise<DatabaseVersionInputs> =>
    on.wants(fixture.repository, fixture.commit({ "db/base.sql": base, [`${folder}/${file}`]: script }), over);
  const asRoot = (script: string): Promise<string> => rootOn(on.lab, "db1", script);

  describe("is connected to", () => {
    it("as its own client would be, for scripts", async () => {
      const session = await on.connectForScript();
      const variables = "SELECT CONCAT_WS(' ', @@sql_mode, @@character_set_client, @@collation_connection, @@character_set_results)";
      const [row] = await session.query<Record<string, string>>(variables);
      assert.equal(Object.values(row ?? {})[0], await on.root(variables));
      await session.close();
    });

    it("encrypted, by a user with its usual kind of password, and by nobody with another one", async () => {
      const [row] = await on.session.query<{ Value: string }>("SHOW STATUS LIKE 'Ssl_version'");
      assert.match(row?.Value ?? "", /^TLSv1\.[23]$/);
      await asRoot("mysql -e 'FLUSH PRIVILEGES'"); // it remembers no password, and asks for the whole of it
      await (await on.connect({ tls: undefined })).close();
      assert.equal(await on.root("SELECT DISTINCT plugin FROM mysql.user WHERE user = 'selfhelp_deploy'"), "caching_sha2_password");
      await assert.rejects(on.connect({ address: "127.0.0.2" }), /can't be reached: .*IP: 127.0.0.2 is not in the cert's list/);
    });
  });

  describe("is migrated:", () => {
    demoHistory(on);

    it("by statements that only it knows, to what its own client makes of them", async () => {
      const said = { warnings: [] as string[] };
      const { findings } = await on.up(await wants(own, { backup: null }), on.context(said));
      assert.deepEqual(
        findings.filter((one) => /unknown-statement|unseen/.test(one)),
        [],
      );
      assert.deepEqual(said.warnings, []);
      const ours = await on.dump();
      await on.freshSchema();
      await on.byClient(base);
      await on.byClient(own);
      const uuids = /(INSERT INTO `notes` .* VALUES \()[^,]*/g;
      assert.equal(ours.replace(uuids, "$1"), (await on.dump()).replace(uuids, "$1"));
    });

    it("statement by statement, with what it warns of by file and line", async () => {
      const said = { warnings: [] as string[] };
      await on.byClient(base);
      const script = `UPDATE version SET version = 'v8.1.0';
ALTER TABLE users ADD COLUMN note varchar(3);
UPDATE users SET note = 'four' WHERE id = 1;
UPDATE users SET note = 'five' WHERE id > 1;`;
      await on.up(await wants(script, { session: { lockWaitSeconds: 10, sqlMode: "", statementSeconds: 60 } }), on.context(said));
      assert.deepEqual(said.warnings, [
        `${file}:3: 1 warning of the server: 1265 Data truncated for column 'note' at row 1`,
        `${file}:4: 2 warnings of the server: 1265 Data truncated for column 'note' at row 1; 1265 Data truncated for column 'note' at row 2`,
      ]);
    });

    it("and a statement that it undid to end a deadlock with a user is sent again", async () => {
      const said = { warnings: [] as string[] };
      await on.byClient(base);
      await on.inSchema("CREATE TABLE much (n int)");
      const wanted = await wants(
        "UPDATE version SET version = 'v8.1.0';\nINSERT INTO much VALUES (-1);\nUPDATE users SET name = CONCAT(name, '!') ORDER BY id;",
      );
      const user = await on.connect();
      await user.execute("START TRANSACTION");
      await user.execute(
        "INSERT INTO much WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < 900) SELECT n FROM numbers",
      );
      await user.execute("UPDATE users SET name = 'Rob' WHERE id = 2");
      const up = on.up(wanted, on.context(said));
      await waitFor("the script waits for the user", 20, async () => (await on.root("SELECT COUNT(*) FROM sys.innodb_lock_waits")) !== "0");
      await user.execute("UPDATE users SET name = 'Anna' WHERE id = 1");
      await user.execute("COMMIT");
      await user.close();
      assert.equal((await up).version, "v8.1.0");
      assert.equal(await on.inSchema("SELECT GROUP_CONCAT(name ORDER BY id) FROM users"), "Anna!,Rob!,Cem!");
      assert.deepEqual(said.warnings, [
        `${file}:3: the server undid statement 3 to end a deadlock with another session; it is sent again (1 of at most 3 times)`,
      ]);
    });

    it("and killed in a statement, it undoes that; a person says so, and the next up goes on there", async () => {
      await on.byClient(base);
      const wanted = await wants(`UPDATE version SET version = 'v8.1.0';
ALTER TABLE users ADD COLUMN age int;
UPDATE users SET age = SLEEP(1000);`);
      const up = messageOf(on.up(wanted));
      await waitFor("the statement runs", 20, async () => (await on.running("SLEEP(1000)")) !== "");
      await asRoot("systemctl kill --signal=KILL mysql");
      assert.match(await up, new RegExp(`^${file}:3:1: the connection was lost[^]*the first 2 of 3[^]*Nobody saw how statement 3 ended`));
      await waitFor(
        "systemd has started it again",
        60,
        async () => (await asRoot("mysql -e 'SELECT 1' >/dev/null 2>&1 && echo up || echo down")) === "up",
      );
      await on.session.close();
      on.session = await on.connect();
      assert.match((await on.read(wanted)).state.version, /half-applied: 2 of 3 statements/);
      assert.equal((await readLiveVersion(on.session)).unfinished?.done, 2);
      await assert.rejects(on.planned(wanted), /it was interrupted in statement 3, and nobody saw how that ended/);
    });

    it("and says what an administrator types where its binary log keeps a script from making a trigger", async () => {
      await on.byClient(base);
      await on.root("SET GLOBAL log_bin_trust_function_creators = OFF");
      const wanted = await wants(
        "UPDATE version SET version = 'v8.1.0';\nCREATE TRIGGER trimmed BEFORE INSERT ON users FOR EACH ROW SET NEW.name = TRIM(NEW.name);",
      );
      const message = await messageOf(on.up(wanted));
      const typed = /run (SET PERSIST log_bin_trust_function_creators = ON)/.exec(message)?.[1];
      assert.ok(typed, message);
      await on.root(typed);
      assert.equal((await on.up(wanted)).version, "v8.1.0");
    });
  });

  describe("is backed up by its own client programs:", () => {
    const backups = new BackupHost("mysqltest", on);
    const all = `${base}
CREATE TABLE moods (id int PRIMARY KEY AUTO_INCREMENT, k int, mood varchar(20) COLLATE utf8mb4_0900_as_cs DEFAULT '🙂', twice int AS (k * 2) STORED, thrice int AS (k * 3) VIRTUAL, data json, raw blob, KEY in_lower ((LOWER(mood))));
INSERT INTO moods (k, mood, data, raw) VALUES (1, 'Grüße', '{"a": 1}', x'00ff27225c0a'), (2, DEFAULT, NULL, NULL);
CREATE VIEW names AS SELECT name FROM users;
CREATE PROCEDURE count_users() SELECT COUNT(*) FROM users;
CREATE FUNCTION one() RETURNS int DETERMINISTIC RETURN 1;
CREATE TRIGGER users_name BEFORE INSERT ON users FOR EACH ROW SET NEW.name = TRIM(NEW.name);
CREATE EVENT yearly ON SCHEDULE EVERY 1 YEAR STARTS '2030-01-01' DO DELETE FROM users WHERE id = 0;`;
    const dump = (schema: string): Promise<string> =>
      asRoot(
        `mysqldump --single-transaction --set-gtid-purged=OFF --routines --triggers --events --hex-blob --skip-comments ${schema} | sed -E 's/DEFINER=\`[^\`]*\`@\`[^\`]*\`//g; /^  \`/s/ CHARACTER SET [a-z0-9]+ COLLATE / COLLATE /'`,
      );
    const schemas = (): Promise<string> => on.root("SHOW DATABASES LIKE 'selfhelp%'");

    beforeEach(async () => {
      await on.root("SET GLOBAL log_bin_trust_function_creators = ON");
      await on.inSchema(all);
    });

    it("proven by a restore, counted, and restored beside the live database, the same to the byte", async () => {
      const { id, verifiedAt, details } = await backups.backUp();
      assert.ok(verifiedAt);
      assert.equal(objectsText(details?.objects ?? []), "3 tables with 6 rows, 1 event, 1 function, 1 procedure, 1 trigger, 1 view");
      assert.match(details?.tools[0] ?? "", /^mysqldump +Ver \d+\./);
      assert.equal(await schemas(), "selfhelp");
      await on.root("DROP DATABASE IF EXISTS beside; GRANT ALL ON beside.* TO selfhelp_deploy@'127.0.0.1'");
      const destination = { schema: "beside", events: "as they were", definers: "as they were" } as const;
      await restoreBeside(await backups.stored(id), directory, destination, backups.identity, backups.context());
      assert.equal(await dump("beside"), await dump("selfhelp"));
      await on.root("DROP DATABASE beside");
    });

    it("and taken back to one, with what came later gone", async () => {
      const live = await dump("selfhelp");
      const manifest = await backups.backUp();
      await on.inSchema(
        "DELETE FROM users; DROP VIEW names; CREATE TABLE later (id int); CREATE FUNCTION two() RETURNS int DETERMINISTIC RETURN 2",
      );
      const wanted = { directory, manifest, identity: backups.identity };
      const refusal = await messageOf(restoreDatabase(wanted, backups.context()));
      assert.match(refusal, /acts for root@localhost \(DEFINER\).*The database was not touched by this\./);
      await on.root(/GRANT SYSTEM_USER ON \*\.\* TO '\w+'@'[\w.]+'/.exec(refusal)?.[0] ?? refusal);
      await restoreDatabase(wanted, backups.context());
      await on.root("REVOKE SYSTEM_USER ON *.* FROM selfhelp_deploy@'127.0.0.1'");
      await on.inSchema("DROP TABLE selfhelp_restores");
      assert.equal(await dump("selfhelp"), live);
      assert.equal((await readLiveVersion(on.session)).label, "v8.0.0");
    });

    it("neither made nor taken back to while its binary log keeps triggers from being made, which is said before anything is touched", async () => {
      const manifest = await backups.backUp();
      await on.root("SET GLOBAL log_bin_trust_function_creators = OFF");
      const live = await dump("selfhelp");
      const refusal = /run, then start again:\n {4}SET PERSIST log_bin_trust_function_creators = ON;/;
      assert.match(await messageOf(backups.backUp()), refusal);
      assert.match(
        await messageOf(restoreDatabase({ directory, manifest, identity: backups.identity }, backups.context())),
        /lets only administrators make functions and triggers, [^]*unless one runs SET PERSIST log_bin_trust_function_creators = ON;\. The database was not touched/,
      );
      assert.equal(await dump("selfhelp"), live);
    });

    it("not without a right that it takes, which is named as the statement to type", async () => {
      await on.root("CREATE DEFINER = root@localhost FUNCTION selfhelp.of_root() RETURNS int DETERMINISTIC RETURN 1");
      await on.root("REVOKE SHOW_ROUTINE ON *.* FROM selfhelp_deploy@'127.0.0.1'");
      const message = await messageOf(backups.backUp());
      assert.match(message, /lacks the right to read all the text of count_users, of_root, one;/);
      await on.root(/GRANT .*;/.exec(message)?.[0] ?? "");
      assert.ok((await backups.backUp()).verifiedAt);
    });
  });
});
