import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { BackupManifest } from "../../components/backup/contract";
import { make } from "../../components/backup/make";
import { readManifest } from "../../components/backup/read-manifests";
import { readLiveVersion } from "../../components/migration/read-version";
import { restoreDatabase } from "../../components/rollback/restore";
import { connectDatabase } from "../../database/connect";
import type { Host } from "../../host/host";
import { Secret } from "../../host/secret";
import { siteOf } from "../../host/site";
import { connectHost } from "../../host/ssh";
import { type Lab, freshLab, stopLab } from "../../lab/lab";
import { must, waitFor } from "../../lab/process";
import type { Context } from "../../provider/handler";
import { rootOn } from "./by-hand";
import { messageOf } from "./failing";

const directory = "/var/backups/selfhelp";

/** What fifteen years leave in a schema. */
const schema = `
SET NAMES utf8mb4;
CREATE TABLE version (id int PRIMARY KEY AUTO_INCREMENT, version varchar(100));
INSERT INTO version (version) VALUES ('v8.0.0');
CREATE TABLE users (id int PRIMARY KEY AUTO_INCREMENT, name varchar(50), photo longblob, born date, loud varchar(50) AS (UPPER(name)) STORED);
SET sql_mode = '';
INSERT INTO users (name, photo, born) VALUES ('Zoë 🙂', x'00ff27225c0a0d1a', '0000-00-00'), ('semi;colon', NULL, '2026-01-01');
CREATE TABLE \`select from ünicode\` (\`a b\` int PRIMARY KEY, user int, FOREIGN KEY (user) REFERENCES users (id));
INSERT INTO \`select from ünicode\` VALUES (1, 1);
CREATE VIEW names AS SELECT name FROM users;
CREATE VIEW above_names AS SELECT name FROM names;
CREATE SEQUENCE numbers START WITH 7;
CREATE TRIGGER users_name BEFORE INSERT ON users FOR EACH ROW SET NEW.name = TRIM(NEW.name);
CREATE EVENT yearly ON SCHEDULE EVERY 1 YEAR DO DELETE FROM users WHERE id = 0;
DELIMITER //
CREATE PROCEDURE count_users() BEGIN SELECT ';'; SELECT COUNT(*) FROM users; END//
CREATE DEFINER='somebody'@'10.0.0.%' FUNCTION two() RETURNS int DETERMINISTIC RETURN 2//
`;

/** What a release has made of it. */
const newer = `
UPDATE version SET version = 'v8.1.0';
ALTER TABLE users DROP COLUMN born;
CREATE TABLE later (id int PRIMARY KEY, user int, FOREIGN KEY (user) REFERENCES users (id));
CREATE VIEW later_names AS SELECT id FROM later;
CREATE PROCEDURE later_procedure() SELECT 1;
CREATE EVENT later_event ON SCHEDULE EVERY 1 YEAR DO SELECT 1;`;

describe("a database that goes back to a backup", function () {
  this.timeout(120_000);

  let lab: Lab;
  let host: Host & { close(): void };
  let original: string;
  let manifest: BackupManifest;

  before(async () => {
    lab = await freshLab("rollbacktest", [{ name: "db1", role: "database" }]);
    const [db1] = lab.hosts;
    assert.ok(db1);
    host = connectHost({ ...db1, privateKeyPath: lab.deployKeyPath });
  });
  after(async () => {
    host?.close();
    await stopLab("rollbacktest");
  });
  beforeEach(async () => {
    await sql("DROP DATABASE IF EXISTS selfhelp; CREATE DATABASE selfhelp CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", "");
    await root(`rm -rf ${directory}`);
    await sql(schema);
    original = await dump();
    manifest = await backup();
    await sql(newer);
  });

  const root = (script: string, stdin?: string): Promise<string> => rootOn(lab, "db1", script, stdin);
  const sql = (statements: string, database = "selfhelp"): Promise<string> =>
    root(`mariadb --default-character-set=utf8mb4 --batch --skip-column-names ${database}`, statements);
  const dump = (): Promise<string> =>
    root("mariadb-dump --skip-comments --routines --triggers --events --hex-blob --ignore-table=selfhelp.selfhelp_restores selfhelp");

  async function withContext<Result>(use: (context: Context, said: string[]) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const { database } = lab;
    const settings = {
      ...{ over: "db1", address: "127.0.0.1", port: database.port, name: database.name, user: database.deployUser },
      password: new Secret(database.deployPassword),
      tls: { ca: readFileSync(database.caPath, "utf8") },
    };
    const session = await connectDatabase(settings, host);
    const said: string[] = [];
    const inventory = {
      ...{ site: siteOf("selfhelp"), operator: "ann@laptop", databaseSettings: settings, dumpSettings: settings, copySettings: settings },
      ...{ host: () => host, databaseHost: () => host, database: () => Promise.resolve(session) },
    };
    const say = (text: string): void => void said.push(text);
    try {
      const given = { inventory, signal: signal ?? new AbortController().signal, progress: say, info: say, warn: say };
      return await use(given as unknown as Context, said);
    } finally {
      await session.close();
    }
  }

  const backup = (): Promise<BackupManifest> =>
    withContext(async (context) => {
      const request = {
        version: "v8.0.0",
        commits: {},
        directory,
        recipient: lab.backup.recipient,
        verify: false,
        copyStays: false,
        isGivenUp: false,
      };
      return (await make(request, context)).manifest;
    });
  const key = (path = lab.backup.identityPath): Secret => new Secret(`${/^AGE.*$/m.exec(readFileSync(path, "utf8"))?.[0]}\n`);
  const restore = (identity = key(), signal?: AbortSignal): Promise<string[]> =>
    withContext(async (context, said) => {
      await restoreDatabase({ directory, manifest, identity }, context);
      return said;
    }, signal);
  const label = (): Promise<string> => withContext(async ({ inventory }) => (await readLiveVersion(await inventory.database())).label);

  it("is what it was, byte for byte, and nothing newer is left", async () => {
    await restore();
    assert.equal(await label(), "v8.0.0");
    const [now, was] = [await dump(), original].map((text) => text.replaceAll(/DEFINER=`[^`]*`@`[^`]*`/g, "DEFINER"));
    assert.equal(now, was);
    assert.deepEqual(await withContext(async ({ inventory }) => (await readLiveVersion(await inventory.database())).restored), [
      manifest.id,
    ]);
  });

  it("says for whom things can't act any more", async () => {
    assert.match(
      (await restore()).join("\n"),
      /^routines, views, triggers and events of root@localhost, somebody@10\.0\.0\.% will act for selfhelp_deploy in selfhelp; .*: GRANT SET USER ON \*\.\* TO `selfhelp_deploy`/m,
    );
  });

  it("is not touched with a key that isn't the backup's", async () => {
    await must(["age-keygen", "-o", `${lab.folder}/other.key`]);
    const live = await dump();
    assert.match(
      await messageOf(restore(key(`${lab.folder}/other.key`))),
      /could not be restored .*: the private key is not the one that the backup was encrypted to\. The database was not touched by this\./,
    );
    assert.equal(await dump(), live);
    assert.equal(await label(), "v8.1.0");
  });

  it("is not touched when the archive was damaged, cut short or is gone", async () => {
    const live = await dump();
    const archive = `${directory}/${manifest.id}.sql.zst.age`;
    await root(`printf X | dd of=${archive} bs=1 seek=500 conv=notrunc status=none`);
    assert.match(
      await messageOf(restore()),
      /is damaged: its sum is another one than in \S+\.json\. The database was not touched by this\./,
    );
    await root(`truncate -s 600 ${archive}`);
    assert.match(await messageOf(restore()), /is damaged/);
    await root(`rm ${archive}`);
    assert.match(await messageOf(restore()), /has no such archive/);
    assert.equal(await withContext(({ inventory }) => readManifest(directory, manifest.id, inventory)), undefined);
    assert.equal(await dump(), live);
  });

  it("doesn't wait for who looks at another backup meanwhile", async () => {
    await root(`systemd-run --quiet --unit=verifier flock ${directory}/.restoring sleep 1000`);
    await waitFor("it is held", 20, async () => (await root(`flock -n ${directory}/.restoring true && echo free || true`)) === "");
    await restore();
    assert.equal(await label(), "v8.0.0");
    await root("systemctl stop verifier");
  });

  it("is not said to be back when it holds something else than its backup", async () => {
    const whole = manifest;
    assert.ok(whole.details);
    const objects = whole.details.objects.map((object) => (object.name === "version" ? { ...object, rows: 2 } : object));
    manifest = { ...whole, details: { ...whole.details, objects } };
    const message = await messageOf(restore());
    assert.match(message, /what was restored differs from what its manifest says:\n {4}table version has 1 rows, not 2\. It holds part/);
    assert.equal(await label(), `restored from ${manifest.id} in part only`);
    manifest = whole;
    await restore();
    assert.equal(await label(), "v8.0.0");
  });

  describe("and is stopped half way", () => {
    /** So that the restore waits in the middle: somebody holds a name that it needs. */
    const stuck = async (): Promise<{ ended: Promise<string> }> => {
      await root(`systemd-run --quiet --unit=holder mariadb selfhelp -e "LOCK TABLES later WRITE; DO SLEEP(1000)"`);
      await waitFor(
        "the table is held",
        20,
        async () => (await sql("SELECT COUNT(*) FROM information_schema.processlist WHERE info = 'DO SLEEP(1000)'")) === "1",
      );
      const ended = messageOf(restore());
      await waitFor(
        "it waits",
        20,
        async () =>
          (await sql("SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE 'Waiting for table metadata lock'")) === "1",
      );
      return { ended };
    };

    it("says so at every look, with what to type, and ends right when it is run again", async () => {
      const { ended } = await stuck();
      await root("systemctl kill --signal=KILL mariadb; systemctl stop holder || true");
      assert.match(await ended, /It holds part of that backup, or nothing.*Next: .*selfhelp rollback --database \d{8}T\d{6}Z-v8\.0\.0/);
      await root("systemctl start mariadb");
      assert.equal(await label(), `restored from ${manifest.id} in part only`);
      await restore();
      assert.equal(await label(), "v8.0.0");
      assert.equal(await sql("SHOW TABLES LIKE 'selfhelp_rollback'"), "");
    });
  });
});
