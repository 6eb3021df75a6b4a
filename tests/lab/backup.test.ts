import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BackupInputs, BackupManifest, BackupState } from "../../components/backup/contract";
import { backup } from "../../components/backup/handler";
import { readManifest } from "../../components/backup/manifest";
import type { LiveBackup } from "../../components/backup/plan";
import { connectDatabase } from "../../database/connect";
import type { Host } from "../../host/host";
import { Secret } from "../../host/secret";
import { siteOf } from "../../host/site";
import { connectHost } from "../../host/ssh";
import { type Lab, freshLab, stopLab } from "../../lab/lab";
import { waitFor } from "../../lab/process";
import type { Context, DatabaseSettings } from "../../provider/handler";
import { Fixture } from "../unit/repository/fixture";
import { rootOn } from "./by-hand";

const directory = "/var/backups/selfhelp";
const wantedCommit = "c".repeat(40);

const schema = `
CREATE TABLE version (id int PRIMARY KEY AUTO_INCREMENT, version varchar(100));
INSERT INTO version (version) VALUES ('v8.0.0');
CREATE TABLE users (id int PRIMARY KEY AUTO_INCREMENT, name varchar(50), photo varbinary(255), at timestamp DEFAULT '2026-01-01 00:00:00');
INSERT INTO users (name, photo) VALUES ('Zoë 🙂', x'00ff27225c0a'), ('semi;colon', NULL);
CREATE VIEW names AS SELECT name FROM users;
CREATE TRIGGER users_name BEFORE INSERT ON users FOR EACH ROW SET NEW.name = TRIM(NEW.name);
CREATE PROCEDURE count_users() SELECT COUNT(*) FROM users;
CREATE EVENT yearly ON SCHEDULE EVERY 1 YEAR DO DELETE FROM users WHERE id = 0;`;

interface Circumstances {
  signal?: AbortSignal;
  database?: DatabaseSettings;
  /** Hears what the step says. */
  onSaid?: (text: string) => unknown;
}

describe("a backup, on a real host", function () {
  this.timeout(120_000);

  let fixture: Fixture;
  let commit: string;
  let lab: Lab;
  let host: Host & { close(): void };

  before(async () => {
    fixture = new Fixture();
    commit = fixture.commit({ "db/update_scripts/40_update_v8.0.0_v8.1.0.sql": "UPDATE version SET version = 'v8.1.0';" });
    lab = await freshLab("backuptest", [{ name: "db1" }]);
    const [db1] = lab.hosts;
    assert.ok(db1);
    host = connectHost({ ...db1, privateKeyPath: lab.deployKeyPath });
  });

  after(async () => {
    fixture.remove();
    host?.close();
    await stopLab("backuptest");
  });

  /** By hand, as root. */
  const root = (script: string, stdin?: string): Promise<string> => rootOn(lab, "db1", script, stdin);
  const sql = (statements: string, database = "selfhelp"): Promise<string> =>
    root(`mariadb --default-character-set=utf8mb4 --batch --skip-column-names ${database}`, statements);

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

  const inputs = (over: Partial<BackupInputs> = {}): BackupInputs => ({
    version: "v8.1.0",
    scripts: ["40_update_v8.0.0_v8.1.0.sql (1 statement)"],
    repository: fixture.repository,
    commit,
    scriptsFolder: "db/update_scripts",
    afterEach: [],
    strategy: "blue-green",
    atLeast: false,
    restoreFrom: null,
    acknowledged: [],
    commits: { db1: wantedCommit },
    recipient: lab.backup.recipient,
    directory,
    verify: true,
    rehearsal: true,
    takesBack: false,
    keep: { daily: 7, weekly: 5, monthly: 12, minimum: 100 },
    ...over,
  });

  /** Runs `use` with a connection that is closed afterwards; what the step said is in `said`. */
  const withContext = async <Result>(
    use: (context: Context, said: string[]) => Promise<Result>,
    { signal = new AbortController().signal, database = settings(), onSaid }: Circumstances = {},
  ): Promise<Result> => {
    const session = await connectDatabase(settings(), host);
    const said: string[] = [];
    const say = (text: string): void => {
      said.push(text);
      onSaid?.(text);
    };
    const inventory = {
      site: siteOf("selfhelp"),
      host: () => host,
      databaseHost: () => host,
      databaseSettings: database,
      dumpSettings: database,
      copySettings: database,
      database: () => Promise.resolve(session),
    };
    try {
      return await use({ inventory, signal, progress: say, info: say, warn: say } as unknown as Context, said);
    } finally {
      await session.close();
    }
  };

  const read = (wanted = inputs()): Promise<LiveBackup> =>
    withContext((context) => backup.read(wanted, undefined, context) as Promise<LiveBackup>);
  /** Backups are named by the second. */
  const nextSecond = (): Promise<void> => {
    const next = Math.floor(Date.now() / 1000) + 1;
    return waitFor("the next second", 5, () => Promise.resolve(Date.now() / 1000 >= next));
  };
  const make = async (wanted = inputs(), more: Circumstances = {}): Promise<BackupState> => {
    await nextSecond();
    return withContext(async (context) => backup.act(await backup.read(wanted, undefined, context), wanted, context), more);
  };

  const manifestOf = async (id: string | null): Promise<BackupManifest> =>
    JSON.parse(await root(`cat ${directory}/${id}.json`)) as BackupManifest;
  const files = (where = directory): Promise<string> => root(`ls -A ${where} 2>/dev/null | grep -v '^.lock$' || true`);
  const decrypted = (id: string | null): Buffer => {
    const archive = join(lab.hosts[0]?.root ?? "", directory, `${id}.sql.zst.age`);
    const compressed = execFileSync("age", ["--decrypt", "--identity", lab.backup.identityPath, archive], { maxBuffer: 1e9 });
    return execFileSync("zstd", ["--decompress", "--stdout"], { input: compressed, maxBuffer: 1e9 });
  };
  const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

  const holders = (): Promise<string> => sql("SELECT id FROM information_schema.processlist WHERE info = 'DO SLEEP(1000)'");
  /** A dump that waits for a table until `release` is called, or the test is over. */
  const stuckDump = async (): Promise<void> => {
    await root(`systemd-run --quiet --collect --unit=holder mariadb selfhelp -e 'LOCK TABLES users WRITE; DO SLEEP(1000)'`);
    await waitFor("the table is held", 20, async () => (await holders()) !== "");
  };
  /** The server would notice only seconds later that a client is gone. */
  const release = async (): Promise<void> => {
    const ids = await holders();
    if (ids !== "") await sql(ids.replace(/^\d+$/gm, "KILL $&;"));
    await waitFor("the table is free", 20, async () => (await holders()) === "");
    await root("systemctl stop holder 2>/dev/null || true");
  };
  afterEach(release);
  const dumpWaits = (): Promise<void> =>
    waitFor(
      "the dump waits",
      20,
      async () =>
        (await root("pgrep -x mariadb-dump || true")) !== "" &&
        (await sql("SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE 'Waiting for table metadata lock'")) === "1",
    );
  const noProcess = async (): Promise<void> => assert.equal(await root("pgrep -c 'mariadb-dump|zstd|age|tee|dd|openssl' || true"), "0");

  it("makes none of an empty database", async () => {
    const live = await read();
    assert.equal(live.inputs.version, "empty");
    assert.deepEqual(await make(), { lastBackup: null, backupId: null, copy: null, change: "none: the database is empty" });
    assert.equal(await files(), "");
  });

  it("decrypts with the private key and restores into another database with the same rows, view, trigger, procedure and event", async () => {
    await sql(schema);
    const { backupId, lastBackup, change } = await make();
    assert.equal(change, `of v8.0.0 to ${directory}`);
    assert.match(backupId ?? "", /^\d{8}T\d{6}Z-v8\.0\.0$/);
    assert.equal(lastBackup?.id, backupId);
    assert.ok(lastBackup?.verifiedAt);
    await root("mariadb -e 'CREATE DATABASE restored'");
    await sql(decrypted(backupId).toString("utf8"), "restored");
    const contents = async (database: string): Promise<string> =>
      (
        await sql(
          `CHECKSUM TABLE version, users; SELECT name, HEX(photo), at FROM users; SELECT * FROM names;
           SELECT trigger_name, action_statement FROM information_schema.triggers WHERE trigger_schema = '${database}';
           SELECT routine_name, routine_definition FROM information_schema.routines WHERE routine_schema = '${database}';
           SELECT event_name, event_definition FROM information_schema.events WHERE event_schema = '${database}';`,
          database,
        )
      ).replaceAll(`${database}.`, "");
    const original = await contents("selfhelp");
    assert.match(original, /Zoë 🙂\t00FF27225C0A[^]*users_name[^]*count_users[^]*yearly/);
    assert.equal(await contents("restored"), original);
  });

  it("says in its manifest what is in the files, which only root can read", async () => {
    const { backupId } = await make();
    const manifest = await manifestOf(backupId);
    const archive = readFileSync(join(lab.hosts[0]?.root ?? "", directory, `${backupId}.sql.zst.age`));
    const plain = decrypted(backupId);
    assert.deepEqual([manifest.bytes, manifest.sha256], [archive.length, sha256(archive)]);
    assert.deepEqual([manifest.plainBytes, manifest.plainSha256], [plain.length, sha256(plain)]);
    assert.deepEqual([manifest.databaseVersion, manifest.tables], ["v8.0.0", ["users", "version"]]);
    assert.match(manifest.server, /MariaDB/);
    const whole = readManifest(await root(`cat ${directory}/${backupId}.json`));
    assert.ok(!("problem" in whole) && whole.details, JSON.stringify(whole));
    const { details } = whole;
    assert.deepEqual(details.objects, [
      { kind: "table", name: "users", rows: 2 },
      { kind: "table", name: "version", rows: 1 },
      { kind: "event", name: "yearly" },
      { kind: "procedure", name: "count_users" },
      { kind: "trigger", name: "users_name" },
      { kind: "view", name: "names" },
    ]);
    assert.deepEqual([details.database, details.collation, details.commits], ["selfhelp", "utf8mb4_unicode_ci", { db1: "none" }]);
    assert.match(details.tools.join("\n"), /^mariadb-dump .*MariaDB.*\n.*Zstandard.* v\d+\..*\nage \d+\./);
    assert.ok(details.dumpSeconds > 0 && (details.verifySeconds ?? 0) > 0);
    assert.deepEqual(details.definers, ["root@localhost"]);
    assert.equal(await root(`stat -c '%a %U' ${directory} ${directory}/${backupId}.*`), "700 root\n600 root\n600 root");
  });

  it("finds the newest backup on the host without any recorded state, and passes over one whose archive is not whole", async () => {
    const { backupId: older } = await make();
    const { lastBackup: newer } = await make();
    assert.deepEqual((await read()).state.lastBackup, newer);
    await root(`truncate -s 100 ${directory}/${newer?.id}.sql.zst.age`);
    assert.equal((await read()).state.lastBackup?.id, older);
    await root(`rm ${directory}/${older}.sql.zst.age`);
    assert.notEqual((await read()).state.lastBackup?.id, older);
  });

  it("reads the live version and commits, whatever the stack recorded", async () => {
    await root(`mkdir -p /var/www/selfhelp-blue && ln -sfn /var/www/selfhelp-blue /var/www/selfhelp-current
      echo '{"release":"v8.0.0","commit":"${"d".repeat(40)}","builtAt":"2026-11-23T04:24:18Z"}' >/var/www/selfhelp-blue/.release.json`);
    const { inputs: live } = await read();
    assert.deepEqual([live.version, live.commits], ["v8.0.0", { db1: "d".repeat(40) }]);
  });

  it("refuses a dump that would leave events out in silence, naming the GRANT that is missing", async () => {
    const before = await files();
    const user = `'${lab.database.deployUser}'@'127.0.0.1'`;
    await sql(`REVOKE EVENT, TRIGGER ON selfhelp.* FROM ${user}, '${lab.database.deployUser}'@'localhost'`);
    const failure = await make().then(unexpected, (error: Error) => error.message);
    assert.match(
      failure,
      /^the database could not be backed up on host "db1": its user lacks the right to read all triggers, events; nothing was changed\./,
    );
    const grants = failure.split("\n").slice(1).join("\n");
    assert.match(grants, /GRANT EVENT ON `selfhelp`\.\* TO `selfhelp_deploy`@`\S+`;/);
    assert.equal(await files(), before);
    for (const from of ["127.0.0.1", "localhost"]) await sql(grants.replaceAll(/@`\S+`/g, `@\`${from}\``));
    assert.ok((await make()).backupId);
    await sql(`GRANT ALL ON selfhelp.* TO ${user}, '${lab.database.deployUser}'@'localhost'`);
  });

  it("refuses when the text of a procedure can't be read, naming both", async () => {
    const users = ["127.0.0.1", "localhost"].map((from) => `'${lab.database.deployUser}'@'${from}'`);
    await sql(users.map((user) => `REVOKE SELECT ON mysql.proc FROM ${user};`).join(""));
    await assert.rejects(make(), /read all the text of count_users; .*\n {4}GRANT SELECT ON `mysql`\.`proc` TO `selfhelp_deploy`@`\S+`;$/);
    await sql(users.map((user) => `GRANT SELECT ON mysql.proc TO ${user};`).join(""));
  });

  it("says what to install when a program is missing", async () => {
    await root("mv /usr/bin/age /usr/bin/age.away; mv /usr/bin/zstd /usr/bin/zstd.away");
    try {
      await assert.rejects(
        make(),
        /it lacks zstd and age; nothing was changed\. Install there, then start again: sudo apt-get install zstd age$/,
      );
    } finally {
      await root("mv /usr/bin/age.away /usr/bin/age; mv /usr/bin/zstd.away /usr/bin/zstd");
    }
  });

  it("refuses a directory on a disk that is smaller than the database", async () => {
    await root("mkdir -p /srv/tiny && mount -t tmpfs -o size=16k tmpfs /srv/tiny");
    await assert.rejects(
      make(inputs({ directory: "/srv/tiny" })),
      /the disk of \/srv\/tiny has \d+ kB free, the database's rows take \d+ kB/,
    );
    assert.equal(await files("/srv/tiny"), "");
  });

  it("leaves no file when the disk becomes full under way", async () => {
    await root("mkdir -p /srv/small && mount -t tmpfs -o size=1m tmpfs /srv/small");
    await sql(
      "CREATE TABLE noise (id int PRIMARY KEY, bytes varbinary(1000)) STATS_AUTO_RECALC=0; INSERT INTO noise SELECT seq, RANDOM_BYTES(1000) FROM seq_1_to_4000;",
    );
    await assert.rejects(
      make(inputs({ directory: "/srv/small" })),
      /the disk of \/srv\/small became full; nothing was changed\. Make room there/,
    );
    assert.equal(await files("/srv/small"), "");
    await sql("DROP TABLE noise");
  });

  it("shows neither the password in a process list nor in an environment, and counts no dump that was killed", async () => {
    const before = await files();
    await stuckDump();
    const failure = make().then(unexpected, (error: Error) => error.message);
    await dumpWaits();
    const seen = await root(
      "tr '\\0' ' ' </proc/$(pgrep -x mariadb-dump)/cmdline; cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' || true",
    );
    assert.match(seen, /mariadb-dump --defaults-file=\/dev\/fd/);
    assert.ok(!seen.includes(lab.database.deployPassword), "the password is visible");
    await root("pkill -x mariadb-dump");
    assert.match(
      await failure,
      /^the database could not be backed up on host "db1": mariadb-dump failed with code 143; its last lines:\n[^]*\nNothing was changed\./,
    );
    await release();
    assert.equal(await files(), before);
    await noProcess();
  });

  it("leaves neither file nor process when it is cancelled", async () => {
    const before = await files();
    await stuckDump();
    const cancel = new AbortController();
    const ended = assert.rejects(make(inputs(), { signal: cancel.signal }), { name: "Cancelled" });
    await dumpWaits();
    cancel.abort();
    await ended;
    assert.equal(await files(), before);
    await noProcess();
    await release();
  });

  it("makes one backup at a time, and tells who else is at it", async () => {
    await stuckDump();
    const first = make();
    await dumpWaits();
    const failure = await make().then(unexpected, (error: Error) => error.message);
    assert.match(failure, /another backup was begun there at 20\S+Z and is still running; nothing was changed/);
    await release();
    assert.ok((await first).backupId);
  });

  it("can be ended by what its refusal of another says", async () => {
    await stuckDump();
    const first = assert.rejects(make(), { name: "BackupFailed" });
    await dumpWaits();
    const failure = await make().then(unexpected, (error: Error) => error.message);
    await root(/\((sudo kill .*?)\)/.exec(failure)?.[1] ?? "false");
    await first;
    await noProcess();
    await release();
  });

  it("clears away what a run left that lost its power", async () => {
    await root(`mkdir ${directory}/.partial-20261101T000000Z-v8.0.0 && touch ${directory}/.partial-20261101T000000Z-v8.0.0/archive`);
    await make();
    assert.doesNotMatch(await files(), /partial/);
  });

  it("works without a configured CA, for a user that must use TLS", async () => {
    assert.ok((await make(inputs(), { database: settings({ tls: undefined }) })).backupId);
  });

  it("asks a server by its own name, too", async () => {
    assert.ok((await make(inputs(), { database: settings({ address: lab.hosts[0]?.address }) })).backupId);
    await assert.rejects(
      make(inputs(), { database: settings({ address: "127.0.0.2" }) }),
      /mariadb-dump failed with code 2; its last lines:\n.*TLS\/SSL error/,
    );
  });

  it("sends no password to a server whose certificate another CA signed", async () => {
    const other = await root("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=other -keyout /dev/null 2>/dev/null");
    await assert.rejects(
      make(inputs(), { database: settings({ tls: { ca: other } }) }),
      /mariadb-dump failed with code 2; its last lines:\n.*TLS\/SSL error/,
    );
  });

  it("passes a password with any characters on as it is", async () => {
    const password = `a\\b"c'd#e;f $g\th\\n%i€`;
    const quoted = password.replace(/[\\']/g, "\\$&");
    await sql(
      `CREATE USER odd@'127.0.0.1' IDENTIFIED BY '${quoted}'; GRANT ALL ON selfhelp.* TO odd@'127.0.0.1'; GRANT ALL ON \`selfhelp\\_verify\\_%\`.* TO odd@'127.0.0.1'; GRANT SELECT ON mysql.proc TO odd@'127.0.0.1'`,
    );
    assert.ok((await make(inputs(), { database: settings({ user: "odd", password: new Secret(password) }) })).backupId);
  });

  describe("that is proven", () => {
    const copies = (): Promise<string> => root(`mariadb -N -e "SHOW DATABASES LIKE 'selfhelp\\_verify\\_%'"`);
    /** Uses the host while its client is a script; the real one is beside it, as mariadb.away. */
    const withClient = async (script: string, use: () => Promise<void>): Promise<void> => {
      await root(
        "mv /usr/bin/mariadb /usr/bin/mariadb.away && cat >/usr/bin/mariadb && chmod +x /usr/bin/mariadb",
        `#!/bin/bash\n${script}\n`,
      );
      await use().finally(() => root("mv -f /usr/bin/mariadb.away /usr/bin/mariadb"));
    };
    const codeOnly = (): BackupInputs => inputs({ version: "v8.0.0", scripts: [] });

    it("was restored, and its copy dumped again: the same, whatever habits the database has, and nothing of it is left", async () => {
      await sql(`
        CREATE TABLE pairs (a int, b int, note text, PRIMARY KEY (a, b), KEY (b));
        INSERT INTO pairs SELECT seq, 1000 - seq, CONCAT('-- Table structure for table \`x\`\n', seq) FROM seq_1_to_900;
        CREATE TABLE heap (a int, b varchar(20)) AUTO_INCREMENT = 77 COLLATE latin1_german1_ci; INSERT INTO heap VALUES (2, 'ä'), (1, NULL), (2, 'ä');
        CREATE TABLE sums (a int, twice int AS (a * 2) STORED, price float, at datetime(6)); INSERT INTO sums (a, price, at) VALUES (1, 0.1, '2026-01-02 03:04:05.678901');
        CREATE SEQUENCE numbers START WITH 5; DO NEXTVAL(numbers);
        CREATE DEFINER = root@localhost SQL SECURITY DEFINER VIEW pair_names AS SELECT p.a, n.name FROM pairs p JOIN names n ON p.a > 3;
        ALTER DATABASE selfhelp COLLATE utf8mb4_bin;
        DELIMITER //
        CREATE DEFINER = root@localhost PROCEDURE many_lines() BEGIN\r\n-- a comment;\r\nSELECT 'a\r\nb';\r\nEND//
        CREATE FUNCTION one() RETURNS int DETERMINISTIC RETURN 1//
        DELIMITER ;
        ALTER DATABASE selfhelp COLLATE utf8mb4_unicode_ci;
        CREATE EVENT often ON SCHEDULE EVERY 1 SECOND ON COMPLETION PRESERVE DO INSERT INTO heap VALUES (9, 'event');`);
      const { lastBackup, copy } = await make(codeOnly());
      assert.ok(lastBackup?.verifiedAt);
      assert.equal((await manifestOf(lastBackup.id)).verifiedAt, lastBackup.verifiedAt);
      assert.deepEqual([copy, await copies()], [null, ""]);
      assert.equal(
        await sql("SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = 'selfhelp'"),
        "utf8mb4_unicode_ci",
      );
    });

    it("leaves its copy to the rehearsal of a migration, with no event that runs in it", async () => {
      const { copy } = await make();
      assert.equal(await copies(), copy);
      assert.equal(
        await sql(`SELECT GROUP_CONCAT(DISTINCT status) FROM information_schema.events WHERE event_schema = '${copy}'`),
        "DISABLED",
      );
      assert.equal(await sql("SELECT COUNT(*) FROM pairs", copy ?? ""), "900");
    });

    it("first clears away the copies of runs that lost their power", async () => {
      await root("mariadb -e 'CREATE DATABASE selfhelp_verify_20260101t000000z; CREATE DATABASE selfhelpXverify_mine'");
      await make(codeOnly());
      assert.equal(await copies(), "");
      await root("mariadb -e 'DROP DATABASE selfhelpXverify_mine'");
    });

    it("is none when the copy differs: says in what, and leaves neither backup nor copy", async () => {
      const before = await files();
      const sedAhead = 'if [ -p /dev/stdin ]; then sed "s/Zoë/Zoe/" | /usr/bin/mariadb.away "$@"; else exec /usr/bin/mariadb.away "$@"; fi';
      await withClient(sedAhead, () =>
        assert.rejects(
          make(),
          /it was made and restored, but the copy differs from what was dumped in:\n {4}Dumping data for table `users`\nNothing was changed/,
        ),
      );
      assert.equal(await files(), before);
      assert.equal(await copies(), "");
    });

    it("leaves no copy when it is cancelled while it restores", async () => {
      const cancel = new AbortController();
      await withClient('case " $* " in *" --binary-mode "*) exec sleep 1000 ;; esac; exec /usr/bin/mariadb.away "$@"', async () => {
        const ended = make(inputs(), { signal: cancel.signal, onSaid: (text) => text.startsWith("restoring") && cancel.abort() });
        await assert.rejects(ended, { name: "Cancelled" });
      });
      assert.equal(await copies(), "");
      await noProcess();
    });

    it("needs a right for its copy, and names the GRANT that is missing", async () => {
      const users = ["127.0.0.1", "localhost"].map((from) => `'${lab.database.deployUser}'@'${from}'`);
      await sql(users.map((user) => `REVOKE ALL ON \`selfhelp\\_verify\\_%\`.* FROM ${user};`).join(""));
      const failure = await make().then(unexpected, (error: Error) => error.message);
      assert.match(failure, /its user may not make the copy beside it that proves a backup; nothing was changed/);
      const grant = failure.split("\n").slice(1).join("\n");
      for (const from of ["127.0.0.1", "localhost"]) await sql(grant.replaceAll(/@`\S+`/g, `@\`${from}\``));
      assert.ok((await make()).lastBackup?.verifiedAt);
    });

    it("can do without, and then says that it wasn't", async () => {
      assert.equal((await make(inputs({ verify: false }))).lastBackup?.verifiedAt, null);
    });
  });

  it("names tables that a dump does not see at one moment", async () => {
    await sql("CREATE TABLE counters (n int) ENGINE=MyISAM");
    await nextSecond();
    await withContext(async (context, said) => {
      await backup.act(await backup.read(inputs(), undefined, context), inputs(), context);
      assert.ok(
        said.some((text) => /engine has no transactions: counters$/.test(text)),
        said.join("\n"),
      );
    });
  });
});

const unexpected = (): never => assert.fail("a backup was made");
