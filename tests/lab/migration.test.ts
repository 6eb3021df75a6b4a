import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { DatabaseVersionInputs, DatabaseVersionState } from "../../components/migration/contract";
import { databaseVersion } from "../../components/migration/handler";
import { getChain } from "../../components/migration/lookup";
import { scriptLine } from "../../components/migration/chain";
import { connectDatabase, type DatabaseSession } from "../../database/connect";
import type { Host } from "../../host/host";
import { Secret } from "../../host/secret";
import { connectHost } from "../../host/ssh";
import { type Lab, onHost, startLab, stopLab } from "../../lab/lab";
import { waitFor } from "../../lab/process";
import type { Context, DatabaseSettings, Live } from "../../provider/handler";

const folder = "db/update_scripts";
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

  let lab: Lab;
  let host: Host & { close(): void };
  let session: DatabaseSession;
  let repository: string;

  before(async () => {
    lab = await startLab("migrationtest", [{ name: "db1", role: "database" }]);
    const [db1] = lab.hosts;
    assert.ok(db1);
    host = connectHost({ ...db1, privateKeyPath: lab.deployKeyPath });
  });

  after(async () => {
    host?.close();
    await stopLab("migrationtest");
  });

  beforeEach(async () => {
    repository = mkdtempSync(join(tmpdir(), "migration-"));
    git("init", "--quiet", "--initial-branch=main");
    await freshSchema();
    session = await connectDatabase(settings(), host);
  });

  afterEach(async () => {
    await session.close();
    rmSync(repository, { recursive: true, force: true });
  });

  const settings = (over: Partial<DatabaseSettings> = {}): DatabaseSettings => ({
    over: "db1",
    address: "127.0.0.1",
    port: lab.database.port,
    name: lab.database.name,
    user: lab.database.deployUser,
    password: new Secret(lab.database.deployPassword),
    tls: { ca: readFileSync(lab.database.caPath, "utf8") },
    ...over,
  });

  /** By hand, with the mariadb client, as root. */
  const root = async (sql: string, ...options: string[]): Promise<string> => {
    const argv = ["mariadb", "--default-character-set=utf8mb4", "--batch", "--skip-column-names", ...options];
    const { stdout, stderr, exitCode } = await onHost(lab, "db1", argv, { asRoot: true, stdin: sql });
    assert.equal(exitCode, 0, `${sql}\n${stdout}${stderr}`);
    return stdout.trim();
  };
  const inSchema = (sql: string): Promise<string> => root(sql, "selfhelp");
  const freshSchema = (): Promise<string> =>
    root("DROP DATABASE IF EXISTS selfhelp; CREATE DATABASE selfhelp CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
  const tables = async (): Promise<string[]> => (await inSchema("SHOW TABLES")).split("\n").filter((name) => name !== "");

  /** As the described process does it: the script into the client, as the deploying user. */
  const byClient = async (sql: string): Promise<void> => {
    const { deployUser, deployPassword } = lab.database;
    const argv = [
      "mariadb",
      "--default-character-set=utf8mb4",
      "--comments",
      `--user=${deployUser}`,
      `--password=${deployPassword}`,
      "selfhelp",
    ];
    const { stderr, exitCode } = await onHost(lab, "db1", argv, { stdin: sql });
    assert.equal(exitCode, 0, stderr);
  };
  /** Schema, routines and rows, without the ledger. */
  const dump = async (): Promise<string> => {
    const argv = ["mariadb-dump", "--skip-comments", "--skip-dump-date", "--routines", "--triggers", "--events", "--skip-extended-insert"];
    const { stdout, stderr, exitCode } = await onHost(lab, "db1", [...argv, "--ignore-table=selfhelp.selfhelp_migrations", "selfhelp"], {
      asRoot: true,
    });
    assert.equal(exitCode, 0, stderr);
    return stdout;
  };

  const git = (...words: string[]): string =>
    execFileSync("git", ["-C", repository, "-c", "user.name=t", "-c", "user.email=t@example.org", ...words], { encoding: "utf8" }).trim();
  /** A release that has these scripts, and the base. */
  const release = (scripts: Record<string, string>): string => {
    for (const [path, content] of Object.entries({ "db/base.sql": base, ...prefixed(scripts) })) {
      mkdirSync(dirname(join(repository, path)), { recursive: true });
      writeFileSync(join(repository, path), content);
    }
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message", "release");
    return git("rev-parse", "HEAD");
  };
  const prefixed = (scripts: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(scripts).map(([name, content]) => [`${folder}/${name}`, content]));
  const file = "40_update_v8.0.0_v8.1.0.sql";

  interface Said {
    progress: string[];
    warnings: string[];
    cancel: AbortController;
  }
  const contextOf = (said: Partial<Said> = {}, onProgress: (text: string) => void = () => undefined): Context =>
    ({
      inventory: {
        database: () => Promise.resolve(session),
        databaseSettings: settings(),
        databaseHost: () => host,
        host: () => host,
      },
      signal: (said.cancel ?? new AbortController()).signal,
      progress: (text: string) => {
        said.progress?.push(text);
        onProgress(text);
      },
      info: () => undefined,
      warn: (text: string) => said.warnings?.push(text),
    }) as unknown as Context;

  /** What the program wants of a commit. */
  const wants = async (commit: string, over: Partial<DatabaseVersionInputs> = {}): Promise<DatabaseVersionInputs> => {
    const { scripts, end } = await getChain.answer({ repository, commit, scripts: folder }, contextOf());
    return {
      version: end ?? "v8.0.0",
      scripts: scripts.map((script) => scriptLine(script)),
      repository,
      commit,
      scriptsFolder: folder,
      base: { script: "db/base.sql", version: "v8.0.0" },
      backup: "20260101T000000Z-v8.0.0",
      lockWaitSeconds: 10,
      ...over,
    };
  };
  type Read = Live<DatabaseVersionInputs, DatabaseVersionState>;
  const read = (wanted: DatabaseVersionInputs): Promise<Read> => databaseVersion.read(wanted, undefined, contextOf());
  const up = async (wanted: DatabaseVersionInputs, context = contextOf()): Promise<DatabaseVersionState> =>
    databaseVersion.act(await read(wanted), wanted, context);
  const planned = async (wanted: DatabaseVersionInputs) => databaseVersion.plan(await read(wanted), wanted);

  it("makes of an empty database exactly what the mariadb client makes of the same scripts", async () => {
    const wanted = await wants(release({ [file]: update, "notes.sql": "not a migration" }), { backup: null });
    const said: Said = { progress: [], warnings: [], cancel: new AbortController() };
    const state = await up(wanted, contextOf(said));
    assert.equal(state.version, "v8.1.0");
    assert.equal(state.change, "empty -> v8.1.0, base db/base.sql, 1 script, 10 statements");
    assert.deepEqual(state.appliedScripts, [file]);
    assert.ok(said.progress.includes(`${file} 5/10 statements`), said.progress.join("\n"));
    const ours = await dump();
    await freshSchema();
    await byClient(base);
    await byClient(update);
    assert.equal(ours, await dump());
  });

  it("finds nothing to do at the wanted version, and says when it was reached", async () => {
    const wanted = await wants(release({ [file]: update }), { backup: null });
    const { changedAt } = await up(wanted);
    const { inputs, state } = await read(wanted);
    assert.deepEqual(inputs, wanted);
    assert.deepEqual({ ...state, changedAt: null }, { version: "v8.1.0", appliedScripts: [file], change: "unchanged", changedAt: null });
    assert.equal(state.changedAt, changedAt);
    assert.ok(Math.abs(Date.now() - Date.parse(changedAt ?? "")) < 60_000, `${changedAt}`);
  });

  it("takes over a database that was migrated by hand, writing nothing into it", async () => {
    await byClient(base);
    await byClient(update);
    const wanted = await wants(release({ [file]: update }));
    const { inputs, state } = await read(wanted);
    assert.deepEqual([inputs.version, inputs.scripts, state.appliedScripts], ["v8.1.0", wanted.scripts, [file]]);
    assert.deepEqual(await tables(), ["names", "notes", "users", "version"]);
  });

  it("shows what is live and what will run, then runs only that", async () => {
    await byClient(base);
    const more = "41_update_v8.1.0_v8.2.0.sql";
    const wanted = await wants(release({ [file]: update, [more]: "UPDATE version SET version = 'v8.2.0'" }), {
      version: "v8.1.0",
      scripts: [scriptLine({ file, statements: 10 })],
    });
    const live = await read(wanted);
    assert.deepEqual([live.inputs.version, live.inputs.scripts], ["v8.0.0", []]);
    assert.equal((await planned(wanted)).change, "v8.0.0 -> v8.1.0, 1 script, 10 statements");
    assert.equal((await up(wanted)).version, "v8.1.0");
    assert.deepEqual((await read(wanted)).inputs, wanted);
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
      await byClient(base);
      const wanted = await wants(release({ [file]: broken }));
      return messageOf(up(wanted));
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
      const { inputs, state } = await read(wanted);
      assert.equal(state.version, `v8.1.0 (half-applied: 3 of 5 statements of ${file})`);
      assert.deepEqual([inputs.version, inputs.scripts], [state.version, [`${file} (3 of 5 statements)`]]);
      assert.equal((await planned(wanted)).change, `${state.version} -> v8.1.0, 1 script, 2 statements`);
    });

    it("continues at the statement that failed, with the settings that were made before it", async () => {
      await failed();
      const state = await up(await wants(release({ [file]: corrected })));
      assert.equal(state.version, "v8.1.0");
      assert.equal(await inSchema("SELECT id_users, text FROM notes ORDER BY id"), "77\tkept\n78\tlast");
    });

    it("is refused while a statement that has run already is another one than before", async () => {
      await failed();
      const wanted = await wants(release({ [file]: corrected.replace("varchar(255)", "varchar(99)") }));
      await assert.rejects(
        up(wanted),
        /migration refused: .*one of its first 3 statements, which have run already, was changed since.*Or restore the backup 2026/,
      );
      assert.match(await inSchema("SHOW CREATE TABLE notes"), /varchar\(255\)/);
    });

    it("is refused when the rest needs something that ended with the session", async () => {
      await byClient(base);
      const script = (column: string): string => `UPDATE version SET version = 'v8.1.0';
INSERT INTO users (name) VALUES ('new');
INSERT INTO users (${column}) SELECT CONCAT('copy of ', LAST_INSERT_ID());`;
      await assert.rejects(up(await wants(release({ [file]: script("nam") }))), /statement 3 of 3/);
      await assert.rejects(up(await wants(release({ [file]: script("name") }))), /needs LAST_INSERT_ID\(\), which ended with the session/);
      assert.equal(await inSchema("SELECT COUNT(*) FROM users"), "3");
    });

    it("counts only what was committed, and continues from there", async () => {
      await byClient(base);
      const script = (column: string): string => `UPDATE version SET version = 'v8.1.0';
START TRANSACTION;
INSERT INTO users (name) VALUES ('one');
INSERT INTO users (${column}) VALUES ('two');
COMMIT;`;
      const message = await messageOf(up(await wants(release({ [file]: script("nam") }))));
      assert.match(message, /the first 1 of 5 statements of this script took effect; the server rolled statement 2 to 3 back/);
      await up(await wants(release({ [file]: script("name") })));
      assert.equal(await inSchema("SELECT GROUP_CONCAT(name ORDER BY id) FROM users WHERE id > 2"), "one,two");
    });

    it("names the one of many small statements that failed, and none behind it has run", async () => {
      await byClient(base);
      const rows = (failing: string): string =>
        Array.from({ length: 60 }, (_, index) => `INSERT INTO users (${index === 44 ? failing : "name"}) VALUES ('row ${index}?');`).join(
          "\n",
        );
      const script = (failing: string): string => `UPDATE version SET version = 'v8.1.0';\n${rows(failing)}`;
      for (const failing of ["nam", "name, id", "name,"]) {
        const message = await messageOf(up(await wants(release({ [file]: script(failing) }))));
        assert.match(
          message,
          new RegExp(`^${file}:46:1: error (1054|1064|1136) .*\\n    statement 46 of 61: INSERT INTO users \\(${failing}\\) VALUES`),
        );
        assert.equal(await inSchema("SELECT COUNT(*), MAX(name) FROM users WHERE name LIKE 'row %'"), "44\trow 9?");
      }
      await up(await wants(release({ [file]: script("name") })));
      assert.equal(await inSchema("SELECT COUNT(*), COUNT(DISTINCT name) FROM users WHERE name LIKE 'row %'"), "60\t60");
    });

    it("waits for a table that users hold no longer than it may", async () => {
      await byClient(base);
      const script = "UPDATE version SET version = 'v8.1.0'; ALTER TABLE users ADD COLUMN age int;";
      const wanted = await wants(release({ [file]: script }), { lockWaitSeconds: 1 });
      const letGo = await holdUsers();
      await assert.rejects(up(wanted), new RegExp(`${file}:1:40: error 1205 .*Lock wait timeout`));
      await letGo();
      assert.equal((await up(wanted)).version, "v8.1.0");
    });
  });

  /** A user's open transaction that has read the table `users`. */
  const holdUsers = async (): Promise<() => Promise<void>> => {
    const user = await connectDatabase(settings(), host);
    await user.execute("START TRANSACTION");
    await user.query("SELECT * FROM users");
    return () => user.close();
  };

  const slow = `UPDATE version SET version = 'v8.1.0';
CREATE TABLE notes (text varchar(255));
INSERT INTO notes SELECT SLEEP(40);
INSERT INTO notes VALUES ('last');`;

  it("stops between two statements when it is cancelled, and goes on at the next up", async () => {
    await byClient(base);
    const wanted = await wants(release({ [file]: update }));
    const cancel = new AbortController();
    const context = contextOf({ cancel }, (text) => (text.includes(" 2/10 ") ? cancel.abort() : undefined));
    const message = await messageOf(up(wanted, context));
    assert.match(message, new RegExp(`^${file}: cancelled after statement 2 of 10`));
    assert.match(message, /Next: pulumi up continues at statement 3/);
    assert.equal((await read(wanted)).state.version, `v8.1.0 (half-applied: 2 of 10 statements of ${file})`);
    await up(wanted);
    const ours = await dump();
    await freshSchema();
    await byClient(base);
    await byClient(update);
    assert.equal(ours, await dump());
  });

  it("that loses its session in a statement asks a person how that ended, and goes on where they say", async () => {
    await byClient(base);
    const wanted = await wants(release({ [file]: slow }));
    const running = messageOf(up(wanted));
    const sleeping = "SELECT id FROM information_schema.processlist WHERE info LIKE '%SLEEP(40)%' AND info NOT LIKE '%processlist%'";
    await waitFor("the statement runs", 20, async () => (await root(sleeping)) !== "");
    await root(`KILL ${await root(sleeping)}`);
    assert.match(
      await running,
      /Nobody saw how statement 3 ended.\n {4}Next: look whether statement 3 took effect. If not: UPDATE selfhelp_migrations SET state = 'failed' WHERE script/,
    );
    await assert.rejects(planned(wanted), /it was interrupted in statement 3, and nobody saw how that ended/);
    await inSchema(`UPDATE selfhelp_migrations SET state = 'failed', done = 3, done_checksum = '' WHERE script = '${file}'`);
    await up(wanted);
    assert.equal(await inSchema("SELECT text FROM notes"), "last");
  });

  it("runs a base script as mysqldump writes it, with its locks and settings, and what comes after in a session of its own", async () => {
    await byClient(base);
    const asDumped = await dump();
    await freshSchema();
    const wanted = await wants(
      release({
        "../base.sql": asDumped,
        [file]: "UPDATE version SET version = 'v8.1.0'; CREATE TABLE t (m varchar(999) DEFAULT (@@sql_mode));",
      }),
    );
    assert.match(asDumped, /LOCK TABLES[\s\S]*SQL_NOTES/);
    assert.equal((await up({ ...wanted, backup: null })).version, "v8.1.0");
    assert.equal(await inSchema("SELECT name FROM users WHERE id = 1"), "Zoë 🙂");
  });

  describe("is refused, and nothing is written,", () => {
    const untouched = async (attempt: () => Promise<unknown>, reason: RegExp): Promise<void> => {
      const before = await tables();
      await assert.rejects(attempt, reason);
      assert.deepEqual(await tables(), before);
    };

    it("for a lower target", async () => {
      await byClient(base);
      await byClient(update);
      await untouched(
        async () => up(await wants(release({ [file]: update }), { version: "v8.0.0", scripts: [] })),
        /a downgrade is a rollback, not a migration/,
      );
    });

    it("without a backup", async () => {
      await byClient(base);
      await untouched(async () => up(await wants(release({ [file]: update }), { backup: null })), /there is no backup of the database/);
    });

    it("for an empty database without a base", async () => {
      await untouched(
        async () => up(await wants(release({ [file]: update }), { base: undefined })),
        /the database is empty.*Set selfhelp:base/,
      );
    });

    it("for a database that isn't this application's", async () => {
      await inSchema("CREATE TABLE orders (id int)");
      await untouched(
        async () => up(await wants(release({ [file]: update }))),
        /isn't empty \(1 table\) and has no readable version.*never touched/,
      );
    });

    it("while another migration runs", async () => {
      await byClient(base);
      const other = await connectDatabase(settings(), host);
      await other.query("SELECT GET_LOCK('selfhelp_migrations.selfhelp', 0)");
      await untouched(async () => up(await wants(release({ [file]: update }))), /another migration of the database "selfhelp" is running/);
      await other.close();
    });

    it("when the version was set back by hand", async () => {
      const wanted = await wants(release({ [file]: update }), { backup: "20260101T000000Z-v8.0.0" });
      await up(wanted);
      await inSchema("UPDATE version SET version = 'v8.0.0'");
      await untouched(
        async () => up(wanted),
        new RegExp(`the database says v8.0.0, but ${file} was applied on .*UPDATE version SET version = 'v8.1.0'`),
      );
    });
  });

  it("isn't done before the version is what its name says", async () => {
    await byClient(base);
    const wanted = await wants(release({ [file]: "CREATE TABLE notes (id int);" }));
    await assert.rejects(up(wanted), /all its statements ran, but the database's version is v8.0.0 instead of v8.1.0/);
    await inSchema("UPDATE version SET version = 'v8.1.0'");
    assert.equal((await up(wanted)).version, "v8.1.0");
  });

  it("isn't done when the script leaves its transaction open, as the client would roll it back", async () => {
    await byClient(base);
    const script = (end: string): string => `START TRANSACTION; UPDATE version SET version = 'v8.1.0'; ${end}`;
    await assert.rejects(up(await wants(release({ [file]: script("") }))), /it ended without COMMIT/);
    assert.equal(await inSchema("SELECT version FROM version"), "v8.0.0");
    assert.equal((await up(await wants(release({ [file]: script("COMMIT;") })))).version, "v8.1.0");
  });

  describe("a session with the database", () => {
    it("is what the mariadb client's would be", async () => {
      const variables = "SELECT CONCAT_WS(' ', @@sql_mode, @@character_set_client, @@collation_connection, @@character_set_results)";
      const [row] = await session.query<Record<string, string>>(variables);
      assert.equal(Object.values(row ?? {})[0], await root(variables));
    });

    it("is encrypted, with a server whose certificate is for that address", async () => {
      const [row] = await session.query<{ Value: string }>("SHOW STATUS LIKE 'Ssl_version'");
      assert.match(row?.Value ?? "", /^TLSv1\.[23]$/);
      await assert.rejects(
        connectDatabase(settings({ address: "127.0.0.2" }), host),
        /can't be reached: .*IP: 127.0.0.2 is not in the cert's list/,
      );
    });

    it("isn't opened with a server that another authority vouches for", async () => {
      const key = execFileSync(
        "openssl",
        ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=other"],
        {
          encoding: "utf8",
          stdio: ["ignore", "pipe", "ignore"],
        },
      );
      await assert.rejects(connectDatabase(settings({ tls: { ca: key } }), host), /can't be reached: .*(certificate|signature)/);
    });

    it("says who was refused, and never the password", async () => {
      const message = await messageOf(connectDatabase(settings({ password: new Secret("wrong-one") }), host));
      assert.match(message, /refused the user "selfhelp_deploy": Access denied/);
      assert.doesNotMatch(message, /wrong-one/);
    });

    it("says which port nobody listens on", async () => {
      await assert.rejects(
        connectDatabase(settings({ port: 3399 }), host),
        /"selfhelp" at 127.0.0.1:3399 \(over host "db1"\) can't be reached/,
      );
    });

    it("tells a statement's error from a lost connection, and knows that it is over", async () => {
      await assert.rejects(session.execute("SELEC 1"), { errno: 1064, sqlState: "42000", connectionLost: false });
      assert.equal(session.isOpen(), true);
      const [row] = await session.query<{ id: number }>("SELECT CONNECTION_ID() AS id");
      await root(`KILL ${row?.id}`);
      await assert.rejects(session.query("SELECT 1"), { connectionLost: true });
      assert.equal(session.isOpen(), false);
    });

    it("takes a statement as it is, counts its warnings, and allows one at a time", async () => {
      await session.execute("CREATE TABLE t (a varchar(9), b int)");
      assert.deepEqual(await session.execute("INSERT INTO t VALUES ('what?', 1), ('??', 2)"), { affectedRows: 2, warnings: 0 });
      assert.deepEqual(await session.execute("DROP TABLE IF EXISTS nothing"), { affectedRows: 0, warnings: 1 });
      await assert.rejects(session.execute("SELECT 1; SELECT 2"), { errno: 1064 });
      assert.deepEqual(await session.query("SELECT b FROM ?? WHERE a = ?", ["t", "what?"]), [{ b: 1 }]);
    });
  });
});

const messageOf = async (failing: Promise<unknown>): Promise<string> =>
  failing.then(
    () => assert.fail("it succeeded"),
    (error: Error) => error.message,
  );
