import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { DatabaseVersionInputs } from "../../components/migration/contract";
import { type LedgerRow, resolveScript } from "../../components/migration/ledger";
import { readLiveVersion } from "../../components/migration/read-version";
import { type Resolution, resolved } from "../../components/migration/resolve";
import type { DatabaseSession } from "../../database/connect";
import { hostOf, onHost } from "../../lab/lab";
import { projectFolder } from "../../lab/places";
import { waitFor } from "../../lab/process";
import { Engine, refusal, type Values } from "../unit/provider/engine";
import { Fixture } from "../unit/repository/fixture";
import { messageOf } from "./failing";
import { folder, MigrationHost } from "./migration-host";

const file = "40_update_v8.0.0_v8.1.0.sql";
const base = `CREATE TABLE version (id int PRIMARY KEY AUTO_INCREMENT, version varchar(100));
INSERT INTO version (version) VALUES ('v8.0.0');
CREATE TABLE users (id int PRIMARY KEY AUTO_INCREMENT, name varchar(50)) ENGINE=InnoDB;
INSERT INTO users (name) VALUES ('Ann'), ('Bob');`;

/** Its third statement waits for a user's transaction, and counts what it did: twice would show. */
const counting = `UPDATE version SET version = 'v8.1.0';
CREATE TABLE notes (text varchar(255));
UPDATE users SET name = CONCAT(name, '!');
INSERT INTO notes VALUES ('last');`;

describe("a migration that is struck in the middle", function () {
  this.timeout(120_000);

  const on = new MigrationHost("faultstest");
  let fixture: Fixture;
  const deployers: Deployer[] = [];
  const users: DatabaseSession[] = [];

  beforeEach(async () => {
    fixture = new Fixture();
    await on.byClient(base);
  });
  afterEach(async () => {
    for (const deployer of deployers.splice(0)) deployer.end();
    for (const user of users.splice(0)) await user.close();
    fixture.remove();
  });

  const wants = (script: string, over: Partial<DatabaseVersionInputs> = {}): Promise<DatabaseVersionInputs> =>
    on.wants(fixture.repository, fixture.commit({ "db/base.sql": base, [`${folder}/${file}`]: script }), over);

  /** A process of its own: the plugin as Pulumi starts it, with this server in its configuration. */
  async function deployer(): Promise<Deployer> {
    const { database, deployKeyPath } = on.lab;
    const { name, address, port, user, hostKey } = hostOf(on.lab, "db1");
    const made = await Deployer.start({
      app: "selfhelp",
      hosts: JSON.stringify([{ name, address, port, user, hostKey, privateKeyPath: deployKeyPath }]),
      database: JSON.stringify({
        over: "db1",
        address: "127.0.0.1",
        port: database.port,
        name: database.name,
        user: database.deployUser,
        password: database.deployPassword,
        tls: { ca: readFileSync(database.caPath, "utf8") },
      }),
    });
    deployers.push(made);
    return made;
  }

  const asRoot = async (command: string): Promise<string> => {
    const { stdout, stderr, exitCode } = await onHost(on.lab, "db1", ["bash", "-euc", command], { asRoot: true });
    assert.equal(exitCode, 0, `${command}\n${stdout}${stderr}`);
    return stdout.trim();
  };

  /** Whether a session is in this state of a statement. */
  const inState = (state: string): Promise<string> => on.root(`SELECT id FROM information_schema.processlist WHERE state = '${state}'`);

  const ledgerRow = async (): Promise<Pick<LedgerRow, "state" | "done">> => {
    const [state = "", done] = (await on.inSchema("SELECT state, done FROM selfhelp_migrations")).split("\t");
    return { state: state as LedgerRow["state"], done: Number(done) };
  };
  const label = (done: number, statements: number): string => `v8.1.0 (half-applied: ${done} of ${statements} statements of ${file})`;

  /** As `selfhelp migrations resolve` does it. */
  async function resolve(resolution: Resolution): Promise<void> {
    const { schema } = on.session;
    const row = (await readLiveVersion(on.session)).unfinished;
    assert.ok(row);
    const next = resolved(row, resolution);
    assert.ok(!("problem" in next), JSON.stringify(next));
    await on.session.query(resolveScript, [schema, next.state, next.done, next.done_checksum, null, row.id]);
  }

  /** A user's open transaction, in which these statements ran. */
  async function transaction(...statements: string[]): Promise<DatabaseSession> {
    const user = await on.connect();
    users.push(user);
    for (const statement of ["START TRANSACTION", ...statements]) await user.execute(statement);
    return user;
  }
  const renameBob = "UPDATE users SET name = 'Rob' WHERE id = 2";
  const names = (): Promise<string> => on.inSchema("SELECT GROUP_CONCAT(name ORDER BY id) FROM users");

  const reconnected = async (): Promise<void> => {
    await on.session.close();
    on.session = await on.connect();
  };

  describe("by a deployer that is killed", () => {
    it("isn't taken for dead while the server goes on with its statement; then a person says how that ended, and the next up goes on", async () => {
      const wanted = await wants(counting, { session: { lockWaitSeconds: 60 } });
      const user = await transaction(renameBob);
      const killed = await deployer();
      const up = refusal(killed.up(wanted));
      await waitFor("the third statement runs", 20, async () => (await on.running("CONCAT")) !== "");
      killed.kill();
      await up;
      await waitFor(
        "the server has seen its end",
        20,
        async () => (await on.root("SELECT IS_USED_LOCK('selfhelp_migrations.selfhelp')")) === "NULL",
      );
      assert.deepEqual(await ledgerRow(), { state: "running", done: 2 });
      assert.equal((await on.read(wanted)).state.version, label(2, 4));
      await assert.rejects(on.planned(wanted), /40_update_v8\.0\.0_v8\.1\.0\.sql is being run right now by .*@.*Wait until it has ended/);

      await user.execute("COMMIT");
      await waitFor("the statement ended", 20, async () => (await on.running("CONCAT")) === "");
      assert.equal(await names(), "Ann!,Rob!");
      await assert.rejects(
        on.planned(wanted),
        /half-applied: 2 of 4 .*it was interrupted in statement 3, and nobody saw how that ended.*migrations resolve .* --took-effect \(or --no-effect\), and pulumi up/,
      );
      await resolve("took effect");
      await (await deployer()).up(wanted);
      assert.deepEqual((await on.read(wanted)).inputs, wanted);
      assert.deepEqual([await names(), await on.inSchema("SELECT text FROM notes")], ["Ann!,Rob!", "last"]);
    });
  });

  describe("by an SSH connection that is cut", () => {
    it("says that nobody saw how the statement ended, and goes on where a person says", async () => {
      const wanted = await wants(counting, { session: { lockWaitSeconds: 60 } });
      const user = await transaction(renameBob);
      const cut = await deployer();
      const up = refusal(cut.up(wanted));
      await waitFor("the third statement runs", 20, async () => (await on.running("CONCAT")) !== "");
      await asRoot(`kill -KILL ${await sshdOf(await on.running("CONCAT"))}`);
      const { message, remains } = await up;
      assert.match(
        message,
        new RegExp(`${file}:3:1: the connection was lost[^]*half-applied: the first 2 of 4[^]*Nobody saw how statement 3 ended`),
      );
      assert.equal(remains?.properties["version"], label(2, 4));
      assert.deepEqual(await ledgerRow(), { state: "running", done: 2 });
      await assert.rejects(on.planned(wanted), /is being run right now by/);
      await on.root(`KILL ${await on.running("CONCAT")}`);
      await waitFor("the statement ended", 20, async () => (await on.running("CONCAT")) === "");
      await user.execute("COMMIT");
      await assert.rejects(on.planned(wanted), /it was interrupted in statement 3/);
      await resolve("no effect");
      await (await deployer()).up(wanted);
      assert.deepEqual((await on.read(wanted)).inputs, wanted);
      assert.deepEqual([await names(), await on.inSchema("SELECT text FROM notes")], ["Ann!,Rob!", "last"]);
    });
  });

  /** The host's end of the SSH connection that a session of the server comes through. */
  async function sshdOf(session: string): Promise<string> {
    const peer = await on.root(`SELECT host FROM information_schema.processlist WHERE id = ${session}`);
    const sockets = await asRoot(`ss -Htnp 'sport = :${peer.split(":").at(-1)}'`);
    const [, pid] = /"sshd(?:-session)?",pid=(\d+)/.exec(sockets) ?? [];
    assert.ok(pid, `${peer}\n${sockets}`);
    return pid;
  }

  describe("by a second deployer at the same moment", () => {
    it("runs once: one of them does it, the other is told why not and finds it done the next time", async () => {
      const wanted = await wants(counting);
      const both = [await deployer(), await deployer()] as const;
      const ends = await Promise.allSettled(both.map((one) => one.up(wanted)));
      const reasons = ends.flatMap((end) => (end.status === "rejected" ? [(end.reason as Error).message] : []));
      assert.equal(reasons.length, 1, JSON.stringify(ends));
      assert.match(reasons[0] ?? "", /host "db1" is locked by .*Nothing was changed by this step/);
      assert.deepEqual([await names(), await on.inSchema("SELECT text FROM notes")], ["Ann!,Bob!", "last"]);
      for (const one of both) assert.equal((await one.read(wanted))["change"], "unchanged");
    });
  });

  describe("by a database server that is killed", () => {
    const killServer = async (): Promise<void> => {
      const before = await asRoot("systemctl show --property=MainPID --value mariadb");
      await asRoot(`kill -KILL ${before}`);
      await waitFor("systemd has started it again", 60, async () => {
        const state = await asRoot("systemctl show --property=MainPID,ActiveState --value mariadb");
        return state.split("\n").includes("active") && !state.split("\n").includes(before);
      });
    };
    it("in a statement that changes the schema: the server undoes that, and the next up does it again", async () => {
      await on.inSchema("INSERT INTO users (name) SELECT 'one of many' FROM seq_1_to_50000");
      const wanted = await wants(`UPDATE version SET version = 'v8.1.0';
ALTER TABLE users ADD COLUMN age int;
ALTER TABLE users ADD COLUMN mark char(128) AS (SHA2(REPEAT(name, 50000), 512)) STORED;
INSERT INTO users (name, age) VALUES ('Cem', 7);`);
      const up = messageOf(on.up(wanted));
      await waitFor("rows are copied", 20, async () => (await inState("copy to tmp table")) !== "");
      await killServer();
      assert.match(await up, new RegExp(`^${file}:3:1: the connection was lost[^]*the first 2 of 4[^]*Nobody saw how statement 3 ended`));
      await reconnected();
      assert.equal((await on.read(wanted)).state.version, label(2, 4));
      await assert.rejects(on.planned(wanted), /it was interrupted in statement 3, and nobody saw how that ended/);
      assert.deepEqual(await on.tables(), ["selfhelp_migrations", "users", "version"]);
      assert.doesNotMatch(await on.inSchema("SHOW CREATE TABLE users"), /mark/);
      await resolve("no effect");
      await on.inSchema("DELETE FROM users WHERE name = 'one of many'");
      assert.equal((await on.up(wanted)).version, "v8.1.0");
      assert.equal(await names(), "Ann,Bob,Cem");
    });

    it("among many small statements: it never counts one that isn't there, nor forgets one that is", async () => {
      const rows = 4000;
      const inserts = Array.from({ length: rows }, (_, index) => `INSERT INTO users (name) VALUES ('row ${index + 1}');`).join("\n");
      const wanted = await wants(`UPDATE version SET version = 'v8.1.0';\n${inserts}`);
      const up = messageOf(on.up(wanted));
      await waitFor("some are in", 20, async () => Number(await on.inSchema("SELECT COUNT(*) FROM users")) > 100);
      await killServer();
      const message = await up;
      await reconnected();
      const { state, done } = await ledgerRow();
      const inserted = done - 1;
      assert.ok(inserted > 90 && inserted < rows, `${inserted}`);
      assert.deepEqual([state, await on.inSchema("SELECT COUNT(*) FROM users WHERE name LIKE 'row %'")], ["running", `${inserted}`]);
      assert.match(message, /the connection was lost/);
      await assert.rejects(on.planned(wanted), new RegExp(`it was interrupted in statement ${done + 1}, and nobody saw how that ended`));
      await resolve("no effect");
      assert.equal((await on.up(wanted)).version, "v8.1.0");
      assert.equal(await on.inSchema("SELECT COUNT(*), COUNT(DISTINCT name) FROM users WHERE name LIKE 'row %'"), `${rows}\t${rows}`);
    });
  });

  describe("by a server that ends its statement", () => {
    it("and takes no word of that into the ledger: says what a person tells it, and the next up goes on from there", async () => {
      const wanted = await wants(counting, { session: { lockWaitSeconds: 60 } });
      const user = await transaction(renameBob);
      const up = messageOf(on.up(wanted));
      await waitFor("the third statement runs", 20, async () => (await on.running("CONCAT")) !== "");
      const refuse = "IF NEW.state = 'failed' THEN SIGNAL SQLSTATE '45000'; END IF";
      await on.inSchema(`DELIMITER //\nCREATE TRIGGER refuse BEFORE UPDATE ON selfhelp_migrations FOR EACH ROW BEGIN ${refuse}; END//`);
      await on.root(`KILL QUERY ${await on.running("CONCAT")}`);
      const message = await up;
      await user.execute("COMMIT");
      assert.match(message, new RegExp(`^${file}:3:1: error 1317 [^]*Next: somebody ended it on the server \\(KILL\\)`));
      assert.match(
        message,
        new RegExp(`The ledger could not be told where it stopped.*npx selfhelp migrations resolve ${file} --no-effect$`),
      );
      await assert.rejects(on.planned(wanted), /it was interrupted in statement 3/);
      await on.inSchema("DROP TRIGGER refuse");
      await resolve("no effect");
      assert.equal((await on.up(wanted)).version, "v8.1.0");
      assert.deepEqual([await names(), await on.inSchema("SELECT text FROM notes")], ["Ann!,Rob!", "last"]);
    });
  });

  describe("by a full disk", () => {
    const smallDisk = "mkdir -p /srv/small; mount -t tmpfs -o size=200m tmpfs /srv/small; chown mysql: /srv/small";
    const fill = (leaving: number): Promise<string> =>
      asRoot(`fallocate -l $(( $(df --output=avail -B1 /srv/small | tail -n 1) - ${leaving} )) /srv/small/filler`);
    const makeRoom = (): Promise<string> => asRoot("rm -f /srv/small/filler");

    describe("under the tables", () => {
      before(() => asRoot(smallDisk));
      beforeEach(async () => {
        await on.freshSchema();
        await asRoot("mv /var/lib/mysql/selfhelp /srv/small/; ln -s /srv/small/selfhelp /var/lib/mysql/selfhelp");
        await on.byClient(base);
        await on.inSchema("INSERT INTO users (name) SELECT 'one of many' FROM seq_1_to_100000");
      });
      afterEach(makeRoom);
      after(async () => {
        await on.freshSchema();
        await asRoot("umount /srv/small");
      });

      const around = (statement: string): string =>
        `UPDATE version SET version = 'v8.1.0';\nCREATE TABLE notes (text varchar(255));\n${statement}\nINSERT INTO notes VALUES ('last');`;

      for (const [what, statement, rows] of [
        [
          "rows",
          "INSERT INTO users (name) SELECT REPEAT('x', 50) FROM seq_1_to_100000;",
          "SELECT COUNT(*) FROM users WHERE name LIKE 'x%'",
        ],
        ["a new table", "CREATE TABLE copied AS SELECT REPEAT('x', 200) AS text FROM seq_1_to_100000;", "SELECT COUNT(*) FROM copied"],
        [
          "a changed table",
          "ALTER TABLE users ADD COLUMN text char(200) DEFAULT 'x', ALGORITHM=COPY;",
          "SELECT COUNT(text) - 2 FROM users",
        ],
      ] as const)
        it(`that has no room for ${what}: says so, and the next up continues there when room was made`, async () => {
          const wanted = await wants(around(statement));
          await fill(4_194_304);
          const message = await messageOf(on.up(wanted));
          assert.match(message, new RegExp(`^${file}:3:1: error 1114 \\(HY000\\): The table '\\w+' is full\\n`));
          assert.match(message, /is half-applied: the first 2 of 4 .*Users are still served by the release that was active/);
          assert.match(message, /Next: make room on the disk of the database server .*, then type: pulumi up\. It continues there/);
          assert.deepEqual(await ledgerRow(), { state: "failed", done: 2 });
          assert.equal((await on.read(wanted)).state.version, label(2, 4));
          await makeRoom();
          assert.equal((await on.up(wanted)).version, "v8.1.0");
          assert.equal(await on.inSchema(`${rows}; SELECT COUNT(*) FROM notes WHERE text = 'last'`), "100000\n1");
        });

      it("that has no room for the ledger: runs nothing, and says why", async () => {
        const wanted = await wants(around("INSERT INTO notes VALUES ('third');"));
        await fill(0);
        const message = await messageOf(on.up(wanted));
        assert.match(
          message,
          /^the database "selfhelp" doesn't take the record of what runs in it .*: error \d+ .*\n {4}Nothing was run\./,
        );
        assert.match(message, /Next: make room on the disk of the database server/);
        assert.equal((await on.read(wanted)).state.version, "v8.0.0");
        await makeRoom();
        assert.equal((await on.up(wanted)).version, "v8.1.0");
        assert.equal(await on.inSchema("SELECT GROUP_CONCAT(text) FROM notes"), "third,last");
      });
    });

    // One that was promised more than once (a thin volume) has no room even for what the server took beforehand, its log.
    describe("under all of the server", () => {
      const ownLog = "/etc/mysql/mariadb.conf.d/99-own-log.cnf";
      before(() =>
        asRoot(`printf '[mariadbd]\\ninnodb_log_file_size = 24M\\n' >${ownLog}; systemctl restart mariadb; systemctl stop mariadb
          ${smallDisk}; cp -a --sparse=always /var/lib/mysql/. /srv/small/; mount --bind /srv/small /var/lib/mysql; systemctl start mariadb`),
      );
      beforeEach(reconnected);
      after(() => asRoot(`rm ${ownLog}; systemctl stop mariadb; umount /var/lib/mysql /srv/small; systemctl start mariadb`));

      it("takes the server away: when it is back, the ledger tells where it was, and the next up goes on from there", async () => {
        await on.inSchema("INSERT INTO users (name) SELECT 'one of many' FROM seq_1_to_50000");
        const wanted = await wants(counting, { session: { lockWaitSeconds: 60 } });
        const user = await transaction(renameBob);
        const up = messageOf(on.up(wanted));
        await waitFor("the third statement runs", 20, async () => (await on.running("CONCAT")) !== "");
        await fill(0);
        // It may already be this that the server can't write any more.
        await user.execute("COMMIT").catch(() => undefined);
        assert.match(await up, new RegExp(`^${file}:3:1: the connection was lost[^]*the first 2 of 4[^]*Nobody saw how statement 3 ended`));
        await makeRoom();
        await asRoot("systemctl restart mariadb");
        await reconnected();
        assert.deepEqual(await ledgerRow(), { state: "running", done: 2 });
        assert.equal((await on.read(wanted)).state.version, label(2, 4));
        await assert.rejects(on.planned(wanted), /it was interrupted in statement 3, and nobody saw how that ended/);
        await resolve("no effect");
        assert.equal((await on.up(wanted)).version, "v8.1.0");
        assert.equal(
          await on.inSchema("SELECT COUNT(*), SUM(name LIKE '%!'), SUM(name LIKE '%!!') FROM users; SELECT text FROM notes"),
          "50002\t50002\t0\nlast",
        );
      });
    });
  });

  describe("by a deadlock with a user's transaction", () => {
    /** The server gives up whoever changed less: not this user. */
    const changedMuch = "INSERT INTO much SELECT seq FROM seq_1_to_1000";
    beforeEach(() => on.inSchema("CREATE TABLE much (n int); INSERT INTO users (name) VALUES ('Cem'), ('Dan'), ('Eva')"));

    const isWaitedFor = async (user: DatabaseSession): Promise<void> => {
      const [row] = await user.query<{ id: number }>("SELECT CONNECTION_ID() AS id");
      const waiting = `SELECT COUNT(*) FROM information_schema.innodb_lock_waits JOIN information_schema.innodb_trx ON trx_id = blocking_trx_id
        WHERE trx_mysql_thread_id = ${row?.id}`;
      await waitFor("the script waits for the user", 20, async () => (await on.root(waiting)) !== "0");
    };
    const annToo = "UPDATE users SET name = 'Anna' WHERE id = 1";

    for (const [what, statement, held, asked, outcome] of [
      ["a statement", "UPDATE users SET name = CONCAT(name, '!');", renameBob, annToo, "Anna!,Rob!,Cem!,Dan!,Eva!,last"],
      [
        "one that travels with others",
        "INSERT INTO users (id, name) VALUES (11, 'Fay'), (12, 'Gil');",
        "INSERT INTO users (id, name) VALUES (12, 'Ida')",
        "INSERT INTO users (id, name) VALUES (11, 'Jon')",
        undefined,
      ],
    ] as const)
      it(`sends ${what} again that the server undid, and says so`, async () => {
        const said = { warnings: [] as string[] };
        const wanted = await wants(
          `UPDATE version SET version = 'v8.1.0';\nINSERT INTO much VALUES (-1);\n${statement}\nINSERT INTO users (name) VALUES ('last');`,
          { session: { lockWaitSeconds: 60 } },
        );
        const user = await transaction(changedMuch, held);
        const up = on.up(wanted, on.context(said));
        await isWaitedFor(user);
        await user.execute(asked);
        await user.execute(outcome === undefined ? "ROLLBACK" : "COMMIT");
        assert.equal((await up).version, "v8.1.0");
        assert.equal(await names(), outcome ?? "Ann,Bob,Cem,Dan,Eva,Fay,Gil,last");
        assert.equal(await on.inSchema("SELECT COUNT(*) FROM much WHERE n = -1"), "1");
        assert.deepEqual(said.warnings, [
          `${file}:3: the server undid statement 3 to end a deadlock with another session; it is sent again (1 of at most 3 times)`,
        ]);
      });

    it("gives up the fourth time, at the statement that the server undid, and the next up does that again", async () => {
      const said = { warnings: [] as string[] };
      const wanted = await wants(counting, { session: { lockWaitSeconds: 60 } });
      // The script gets one row further each time, where the next user waits for it.
      const inTheWay: DatabaseSession[] = [];
      for (const id of [2, 3, 4, 5]) inTheWay.push(await transaction(changedMuch, `UPDATE users SET name = 'Ida' WHERE id = ${id}`));
      const up = messageOf(on.up(wanted, on.context(said)));
      for (const user of inTheWay) {
        await isWaitedFor(user);
        await user.execute(annToo);
        await user.execute("ROLLBACK");
      }
      const message = await up;
      assert.match(message, new RegExp(`^${file}:3:1: error 1213 \\(40001\\): Deadlock found[^]*half-applied: the first 2 of 4`));
      assert.match(message, /Next: it was in somebody else's way: type pulumi up, .*It continues there/);
      assert.equal(said.warnings.length, 3);
      assert.deepEqual([await ledgerRow(), await names()], [{ state: "failed", done: 2 }, "Ann,Bob,Cem,Dan,Eva"]);
      assert.equal((await on.read(wanted)).state.version, label(2, 4));
      assert.equal((await on.up(wanted)).version, "v8.1.0");
      assert.equal(await names(), "Ann!,Bob!,Cem!,Dan!,Eva!");
    });

    it("has lost the whole of a transaction of the script's own, and the next up begins that again", async () => {
      const said = { warnings: [] as string[] };
      const wanted = await wants(
        `UPDATE version SET version = 'v8.1.0';
START TRANSACTION;
INSERT INTO users (name) VALUES ('last');
UPDATE users SET name = CONCAT(name, '!');
COMMIT;`,
        { session: { lockWaitSeconds: 60 } },
      );
      const user = await transaction(changedMuch, renameBob);
      const up = messageOf(on.up(wanted, on.context(said)));
      await isWaitedFor(user);
      await user.execute(annToo);
      await user.execute("COMMIT");
      const message = await up;
      assert.match(message, new RegExp(`^${file}:4:1: error 1213 \\(40001\\): Deadlock found`));
      assert.match(message, /the first 1 of 5 .*; the server rolled statement 2 to 3 back, since the script had not committed/);
      assert.deepEqual([await ledgerRow(), await names()], [{ state: "failed", done: 1 }, "Anna,Rob,Cem,Dan,Eva"]);
      assert.equal((await on.read(wanted)).state.version, label(1, 5));
      assert.equal((await on.up(wanted)).version, "v8.1.0");
      assert.equal(await names(), "Anna!,Rob!,Cem!,Dan!,Eva!,last!");
      assert.deepEqual(said.warnings, []);
    });
  });
});

const plugin = join(projectFolder, "provider/bin/pulumi-resource-apphost");
const urn = "urn:pulumi:test::selfhelp::apphost:migration:DatabaseVersion::schema";

/** The provider plugin in a process of its own, driven as Pulumi's engine does. */
class Deployer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly engine: Engine,
  ) {}

  static async start(configuration: Values): Promise<Deployer> {
    const child = spawn(plugin, [], { cwd: "/", stdio: ["ignore", "pipe", "inherit"] });
    const [port] = (await once(createInterface(child.stdout), "line")) as [string];
    const engine = new Engine();
    engine.connect(Number(port));
    await engine.configure(configuration);
    return new Deployer(child, engine);
  }

  /** With a backup that is young enough for whatever it is asked for. */
  up(wanted: DatabaseVersionInputs): Promise<{ outputs: Values }> {
    return this.engine.create(urn, { ...wanted, backup: "20991231T235959Z-v8.0.0" });
  }

  async read(wanted: DatabaseVersionInputs): Promise<Values> {
    return (await this.engine.read(urn, { ...wanted }, {})).outputs;
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  end(): void {
    this.kill();
    this.engine.stop();
  }
}
