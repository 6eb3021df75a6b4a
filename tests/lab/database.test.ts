import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { optionFile } from "../../components/backup/option-file";
import { connectDatabase } from "../../database/connect";
import { coversSchema, grantsIn, readGrants } from "../../database/grants";
import { Secret } from "../../host/secret";
import { connectHost } from "../../host/ssh";
import { onHost } from "../../lab/lab";
import { waitFor } from "../../lab/process";
import { randomWords } from "../random-words";
import { messageOf } from "./failing";
import { MigrationHost } from "./migration-host";

describe("a session with the database", function () {
  this.timeout(120_000);

  const on = new MigrationHost("databasetest");

  it("is what the mariadb client's would be, for scripts", async () => {
    const variables = "SELECT CONCAT_WS(' ', @@sql_mode, @@character_set_client, @@collation_connection, @@character_set_results)";
    const session = await on.connectForScript();
    const [row] = await session.query<Record<string, string>>(variables);
    assert.equal(Object.values(row ?? {})[0], await on.root(variables));
    await session.close();
  });

  for (const kind of ["connect", "connectForScript"] as const)
    it(`has written what it wrote, whatever the server gives to new sessions (${kind})`, async () => {
      await on.inSchema("CREATE TABLE written (id int PRIMARY KEY) ENGINE=InnoDB");
      await on.root("SET GLOBAL autocommit = 0, GLOBAL completion_type = 'CHAIN', GLOBAL sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'");
      try {
        const session = await on[kind]();
        await session.execute("BEGIN");
        await session.execute("COMMIT");
        await session.execute("INSERT INTO written VALUES (1)");
        assert.equal(await on.inSchema("SELECT COUNT(*) FROM written"), "1");
        if (kind === "connect") assert.ok(grantsIn(await readGrants(session)).some(({ database }) => coversSchema(database, "selfhelp")));
        await session.close();
      } finally {
        await on.root("SET GLOBAL autocommit = DEFAULT, GLOBAL completion_type = DEFAULT, GLOBAL sql_mode = DEFAULT");
      }
    });

  it("is encrypted, with a server whose certificate is for that address", async () => {
    const [row] = await on.session.query<{ Value: string }>("SHOW STATUS LIKE 'Ssl_version'");
    assert.match(row?.Value ?? "", /^TLSv1\.[23]$/);
    await assert.rejects(on.connect({ address: "127.0.0.2" }), /can't be reached: .*IP: 127.0.0.2 is not in the cert's list/);
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
    await assert.rejects(on.connect({ tls: { ca: key } }), /can't be reached: .*(certificate|signature)/);
  });

  describe("without tls in its settings", () => {
    const encryption = async (user: string, password: string): Promise<string | undefined> => {
      const session = await on.connect({ tls: undefined, user, password: new Secret(password) });
      const [row] = await session.query<{ Value: string }>("SHOW STATUS LIKE 'Ssl_version'");
      await session.close();
      return row?.Value;
    };
    const restart = async (server: string): Promise<void> => {
      const { exitCode, stderr } = await onHost(
        on.lab,
        "db1",
        ["bash", "-c", `${server} /etc/mysql/mariadb.conf.d/99-plain.cnf && systemctl restart mariadb`],
        { asRoot: true, stdin: "[mysqld]\nskip_ssl\n" },
      );
      assert.equal(exitCode, 0, stderr);
    };

    it("is encrypted all the same where the server can, for a user who must", async () => {
      const { deployUser, deployPassword } = on.lab.database;
      assert.match((await encryption(deployUser, deployPassword)) ?? "", /^TLSv1\.[23]$/);
    });

    it("is opened with a server that has no TLS, too, which is refused where tls is set", async () => {
      await on.root("CREATE OR REPLACE USER plain@localhost IDENTIFIED BY 'x'; GRANT ALL ON selfhelp.* TO plain@localhost");
      await on.session.close();
      await restart("tee");
      assert.equal(await encryption("plain", "x"), "");
      await assert.rejects(on.connect(), /can't be reached: Server does not support secure connection/);
      await restart("rm");
      await on.root("DROP USER plain@localhost");
    });
  });

  describe("hands over whatever it is given", () => {
    const modes = ["DEFAULT", "'NO_BACKSLASH_ESCAPES'", "'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'"];
    const atOnce = 500;
    for (const mode of modes)
      it(`as values and as names, 10,000 of them, with sql_mode ${mode}`, async () => {
        const session = await on.connect();
        await session.execute(`SET SESSION sql_mode = ${mode}`);
        for (let seed = 1; seed <= 10; seed += 1) {
          const texts = randomWords(atOnce, seed);
          const [row] = await session.query<object>(`SELECT ${texts.map((_, at) => `? AS c${at}`).join(", ")}`, texts);
          assert.deepEqual(Object.values(row ?? {}), texts, `seed ${seed}`);
          const names = texts.map((text, at) => `${at} ${text.replace(/[.\0🚀]/gu, "")}|`);
          const [named] = await session.query<object>(`SELECT ${names.map(() => "1 AS ??").join(", ")}`, names);
          assert.deepEqual(Object.keys(named ?? {}), names, `seed ${seed}`);
        }
        await session.close();
      });

    it("as passwords in the option file that the client reads, 200 of them", async () => {
      const sha1 = (data: string | Buffer): Buffer => createHash("sha1").update(data).digest();
      const passwords = randomWords(200, 99).map((word, at) => `${at}${word}`);
      const accounts = passwords.map(
        (password, at) => `fuzz${at}@127.0.0.1 IDENTIFIED BY PASSWORD '*${sha1(sha1(password)).toString("hex")}'`,
      );
      await on.root(`CREATE USER ${accounts.join(", ")}`);
      const settings = { over: "db1", address: "127.0.0.1", port: 3306, name: "selfhelp" };
      const files = passwords.map((password, at) =>
        optionFile({ ...settings, user: `fuzz${at}`, password: new Secret(password) }).reveal(),
      );
      const script = 'while read -r file; do mariadb --defaults-file=<(base64 -d <<<"$file") -N -e "SELECT USER()" </dev/null; done';
      const input = files.map((file) => `${Buffer.from(file).toString("base64")}\n`).join("");
      const { stdout, stderr } = await onHost(on.lab, "db1", ["bash", "-c", script], { asRoot: true, stdin: input });
      assert.deepEqual(
        stdout.trim().split("\n"),
        passwords.map((_, at) => `fuzz${at}@localhost`),
        stderr,
      );
      await on.root(`DROP USER ${passwords.map((_, at) => `fuzz${at}@127.0.0.1`).join(", ")}`);
    });
  });

  it("says who was refused, and never the password", async () => {
    const message = await messageOf(on.connect({ password: new Secret("wrong-one") }));
    assert.match(message, /^the database "selfhelp" .* refused the user "selfhelp_deploy": Access denied/);
    assert.doesNotMatch(message, /wrong-one/);
  });

  it("says which schema isn't there, or isn't this user's", async () => {
    await assert.rejects(on.connect({ name: "nothing" }), { name: "AccessDenied", message: /database "nothing".* to database 'nothing'/ });
  });

  it("says which port nobody listens on", async () => {
    await assert.rejects(on.connect({ port: 3399 }), /"selfhelp" at 127.0.0.1:3399 \(over host "db1"\) can't be reached/);
  });

  it("tells a statement's error from a lost connection, and knows that it is over", async () => {
    await assert.rejects(on.session.execute("SELEC 1"), { errno: 1064, sqlState: "42000", connectionLost: false });
    assert.equal(on.session.isOpen(), true);
    const [row] = await on.session.query<{ id: number }>("SELECT CONNECTION_ID() AS id");
    await on.root(`KILL ${row?.id}`);
    await assert.rejects(on.session.query("SELECT 1"), { connectionLost: true });
    assert.equal(on.session.isOpen(), false);
  });

  it("knows that it was ended while nobody asked it anything", async () => {
    const [row] = await on.session.query<{ id: number }>("SELECT CONNECTION_ID() AS id");
    await on.root(`KILL ${row?.id}`);
    await waitFor("the session is known to be over", 10, () => Promise.resolve(!on.session.isOpen()));
    await assert.rejects(on.session.execute("SELECT 1"), { name: "StatementFailed", connectionLost: true });
  });

  it("ends with an answer when the server stops in the middle of a statement, which can't be had while it is down", async () => {
    const asleep = assert.rejects(on.session.execute("SELECT SLEEP(60)"), { connectionLost: true });
    await waitFor("the statement runs", 20, async () => (await on.running("SLEEP(60)")) !== "");
    await onHost(on.lab, "db1", ["systemctl", "stop", "mariadb"], { asRoot: true });
    await asleep;
    assert.equal(on.session.isOpen(), false);
    await assert.rejects(on.connect(), { name: "DatabaseUnreachable", message: /Connection refused.*Check that it runs/ });
    await onHost(on.lab, "db1", ["systemctl", "start", "mariadb"], { asRoot: true });
  });

  it("is over when the host is not to be had, with the host's own words for that", async () => {
    const stranger = connectHost({ ...on.lab.hosts[0]!, hostKey: "", privateKeyPath: on.lab.deployKeyPath });
    await assert.rejects(connectDatabase(on.settings(), stranger), { name: "HostKeyRefused", message: /hostKey: ssh-ed25519 / });
    stranger.close();
  });

  it("takes a statement as it is, counts its warnings, and allows one at a time", async () => {
    await on.session.execute("CREATE TABLE t (a varchar(9), b int)");
    assert.deepEqual(await on.session.execute("INSERT INTO t VALUES ('what?', 1), ('??', 2)"), {
      affectedRows: 2,
      warnings: 0,
      results: [],
    });
    assert.deepEqual(await on.session.execute("DROP TABLE IF EXISTS nothing"), { affectedRows: 0, warnings: 1, results: [] });
    assert.deepEqual((await on.session.execute("SELECT a FROM t")).results, [[{ a: "what?" }, { a: "??" }]]);
    await assert.rejects(on.session.execute("SELECT 1; SELECT 2"), { errno: 1064 });
    assert.deepEqual(await on.session.query("SELECT b FROM ?? WHERE a = ?", ["t", "what?"]), [{ b: 1 }]);
  });
});
