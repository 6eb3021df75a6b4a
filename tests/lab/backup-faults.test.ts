import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BackupManifest } from "../../components/backup/contract";
import { restoreBeside } from "../../components/backup/restore-to";
import { verify } from "../../components/backup/verify";
import type { Host } from "../../host/host";
import { Secret } from "../../host/secret";
import { ageKey } from "../../lab/keys";
import { waitFor } from "../../lab/process";
import { BackupHost, directory, type Heard } from "./backup-host";
import { messageOf } from "./failing";

const target = "restored";
const base = `CREATE TABLE version (id int PRIMARY KEY AUTO_INCREMENT, version varchar(100));
INSERT INTO version (version) VALUES ('v8.0.0');
CREATE TABLE users (id int PRIMARY KEY AUTO_INCREMENT, name varchar(50)); INSERT INTO users (name) VALUES ('Zoë 🙂'), ('Bob');`;

/** What a dump, a shell, or a comparison could stumble over. */
const oddities = `
CREATE TABLE \`odd; name's -- "x" \\\\ y\` (\`a b\` int PRIMARY KEY, \`select\` varchar(9) DEFAULT 'it''s;'); INSERT INTO \`odd; name's -- "x" \\\\ y\` VALUES (1, '\\\\n;'), (2, NULL);
CREATE TABLE \`táblä ж€\` (n int); INSERT INTO \`táblä ж€\` SELECT seq FROM seq_1_to_1000;
CREATE TABLE bytes (id int PRIMARY KEY, small tinyblob, big longblob, flag bit(9), shape geometry);
INSERT INTO bytes VALUES (1, x'00ff27225c0a0d1a', RANDOM_BYTES(1000), b'101010101', ST_GeomFromText('POINT(1 2)')), (2, '', REPEAT(x'00', 70000), NULL, NULL);
INSERT INTO bytes (id, big) VALUES (3, NULL);
CREATE TABLE generated (price decimal(9,2), gross decimal(9,2) AS (price * 1.19) STORED, label varchar(40) AS (CONCAT('€ ', price)) VIRTUAL, KEY (gross));
INSERT INTO generated (price) VALUES (0.10), (99.99);
CREATE TABLE emoji (id int PRIMARY KEY, t varchar(50) CHARACTER SET utf8mb4, l varchar(50) CHARACTER SET latin1, e enum('ä','€')); INSERT INTO emoji VALUES (1, '😀👩‍👩‍👧‍👦 𝔘', 'äöü', '€');
SET sql_mode = ''; CREATE TABLE zeros (id int PRIMARY KEY AUTO_INCREMENT, d date, dt datetime(6) DEFAULT '0000-00-00 00:00:00', ts timestamp NOT NULL DEFAULT '0000-00-00 00:00:00', y year);
INSERT INTO zeros (d, y) VALUES ('0000-00-00', 0), ('2026-00-00', 2026); INSERT INTO zeros (id) VALUES (0); UPDATE zeros SET id = 0 WHERE id = 3; SET sql_mode = DEFAULT;
CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int PRIMARY KEY, p int, CONSTRAINT c FOREIGN KEY (p) REFERENCES parent (id), CHECK (id > 0)); INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1, 1);
CREATE TABLE nothing (id int PRIMARY KEY AUTO_INCREMENT) AUTO_INCREMENT = 4711 COMMENT = 'empty; ''really''';
CREATE SEQUENCE numbers START WITH 5; DO NEXTVAL(numbers);
CREATE USER someone@localhost; GRANT SELECT ON selfhelp.* TO someone@localhost;
CREATE VIEW z_names AS SELECT name FROM users; CREATE DEFINER = someone@localhost VIEW a_names AS SELECT name FROM z_names; CREATE SQL SECURITY INVOKER VIEW m_names AS SELECT * FROM a_names;
DELIMITER //
CREATE DEFINER = someone@localhost PROCEDURE p() BEGIN\n-- Dumping routines for database 'x'\nSELECT 'a;b//c' AS \`CREATE DEFINER=\`;\nEND//
CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC RETURN a + 1//
CREATE DEFINER = someone@localhost TRIGGER users_name BEFORE INSERT ON users FOR EACH ROW BEGIN\n-- Dumping events for database 'x'\nSET NEW.name = TRIM(NEW.name);\nEND//
CREATE DEFINER = someone@localhost EVENT \`on\` ON SCHEDULE EVERY 1 YEAR ON COMPLETION PRESERVE COMMENT 'yearly;' DO BEGIN DELETE FROM users WHERE id = 0; END//
CREATE EVENT \`off\` ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM users WHERE id = 0//
DELIMITER ;`;

describe("a backup that meets misfortune", function () {
  this.timeout(120_000);

  const on = new BackupHost("backupfaults");
  let manifest: BackupManifest;

  before(async () => {
    await on.sql(base);
    await on.sql(
      "CREATE TABLE noise (id int PRIMARY KEY, bytes varbinary(1000)); INSERT INTO noise SELECT seq, RANDOM_BYTES(1000) FROM seq_1_to_40000;",
    );
    manifest = await on.backUp();
    for (const from of ["127.0.0.1", "localhost"]) await on.sql(`GRANT ALL ON \`restored%\`.* TO selfhelp_deploy@'${from}'`);
  });

  afterEach(async () => {
    await on.root(`mariadb -e 'DROP DATABASE IF EXISTS ${target}'`);
    assert.equal(await on.root("pgrep -c 'age|zstd|openssl' || true"), "0", "something still runs");
    assert.equal(await on.schemas("selfhelp\\_verify%"), "", "a copy was left");
  });

  const restore = async (heard: Heard = {}, host: Host = on.host, schema = target): Promise<unknown> =>
    restoreBeside(
      await on.stored(manifest.id),
      directory,
      { schema, events: "as they were", definers: "as they were" },
      on.identity,
      on.context(heard, host),
    );
  const archive = (): string => `${directory}/${manifest.id}.sql.zst.age`;
  const rows = (schema = target): Promise<string> => on.sql("SELECT COUNT(*), SUM(CRC32(bytes)) FROM noise", schema);
  /** Rows are being written into the schema. */
  const isHalfWay = (): Promise<void> =>
    waitFor(
      "rows are restored",
      30,
      async () => (await on.root(`ls -s /var/lib/mysql/${target}/noise.ibd 2>/dev/null | cut -d' ' -f1 || true`)).length > 4,
    );

  async function withDamaged(damage: string, use: () => Promise<void>): Promise<void> {
    await on.root(`cp -p ${archive()} /root/whole && ${damage}`);
    try {
      await use();
    } finally {
      await on.root(`mv /root/whole ${archive()}`);
    }
  }

  describe("in its files", () => {
    const flipped = (): string =>
      `printf '\\377' | dd of=${archive()} bs=1 seek=$(($(stat -c %s ${archive()}) / 2)) conv=notrunc status=none`;

    it("is found damaged when one byte of it is another one, before anything is written", async () => {
      await withDamaged(flipped(), async () => {
        const message = await messageOf(restore());
        assert.match(
          message,
          /^the backup \S+ on host "db1" could not be restored: its archive is damaged:\n[^]*authenticate[^]*\nNothing was changed\. Use another/,
        );
        assert.equal(await on.schemas(target), "");
        assert.match(await messageOf(verify(await on.stored(manifest.id), directory, on.identity, on.context())), /its archive is damaged/);
      });
    });

    it("is no backup when it was cut short, and isn't restored by who didn't look", async () => {
      const whole = await on.stored(manifest.id);
      await withDamaged(`truncate -s -1000 ${archive()}`, async () => {
        await assert.rejects(on.stored(manifest.id), /its archive has \d+ of \d+ bytes/);
        const beside = { schema: target, events: "off" as const, definers: "as they were" as const };
        assert.match(
          await messageOf(restoreBeside(whole, directory, beside, on.identity, on.context())),
          /its archive is damaged:[^]*Nothing was changed/,
        );
      });
      assert.equal(await on.schemas(target), "");
    });

    it("is no backup when its manifest was changed", async () => {
      const path = `${directory}/${manifest.id}.json`;
      await on.root(`cp -p ${path} /root/manifest && sed -i 's/40000/40001/' ${path}`);
      await assert.rejects(on.stored(manifest.id), /its manifest was changed since it was written/);
      await on.root(`mv /root/manifest ${path}`);
    });

    it("is told from one that is whole but another one", async () => {
      const stored = await on.stored(manifest.id);
      const other = { ...stored, manifest: { ...manifest, plainSha256: "0".repeat(64) } };
      const message = await messageOf(verify(other, directory, on.identity, on.context()));
      assert.match(message, /what is in its archive is not what its manifest says was dumped\. Nothing was changed/);
    });

    it("is not proven when its copy has other rows than the manifest says: names them", async () => {
      const stored = await on.stored(manifest.id);
      const objects = manifest.details?.objects.map((object) => (object.name === "noise" ? { ...object, rows: 39999 } : object)) ?? [];
      assert.ok(manifest.details);
      const other = { ...stored, manifest: { ...manifest, databaseVersion: "v7.0.0", details: { ...manifest.details, objects } } };
      const message = await messageOf(verify(other, directory, on.identity, on.context()));
      assert.match(
        message,
        /differs from what its manifest says:\n {4}table noise has 40000 rows, not 39999\n {4}it is at v8\.0\.0, not at v7\.0\.0\n/,
      );
    });
  });

  describe("in its key", () => {
    it("is not opened by another one, and says so", async () => {
      const folder = mkdtempSync(join(tmpdir(), "age-"));
      await ageKey(join(folder, "other.key"));
      const other = new Secret(readFileSync(join(folder, "other.key"), "utf8"));
      rmSync(folder, { recursive: true });
      const beside = { schema: target, events: "off" as const, definers: "as they were" as const };
      const message = await messageOf(restoreBeside(await on.stored(manifest.id), directory, beside, other, on.context()));
      assert.match(message, /could not be restored: the private key is not the one that it was encrypted for\. Nothing was changed\./);
      assert.equal(await on.schemas(target), "");
    });

    it("shows it neither in a process list nor in an environment, and leaves it on no disk", async () => {
      const secret = /AGE-SECRET-KEY-\S+/.exec(on.identity.reveal())?.[0] ?? "";
      assert.notEqual(secret, "");
      const restored = restore();
      await waitFor("age reads", 20, async () => (await on.root("pgrep -x age || true")) !== "");
      const seen = await on.root("cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' || true");
      const written = await on.root(
        "grep -rlE 'AGE-SECRET-KEY-1[A-Z0-9]{40}' /tmp /var/tmp /root /run /dev/shm /home /var/backups /var/lib/selfhelp 2>/dev/null || true",
      );
      await restored;
      assert.match(seen, /age\n--decrypt\n--identity\n\/dev\/fd\//);
      assert.ok(!seen.includes(secret), "the private key is visible");
      assert.equal(written, "");
    });
  });

  describe("on its host", () => {
    it("says what to install when age is missing", async () => {
      await on.root("mv /usr/bin/age /usr/bin/age.away");
      try {
        assert.match(
          await messageOf(restore()),
          /the host lacks age\. Nothing was changed\. Install there, then start again: sudo apt-get install age$/,
        );
      } finally {
        await on.root("mv /usr/bin/age.away /usr/bin/age");
      }
    });

    it("is neither made nor restored by MySQL's client where the server is MariaDB's", async () => {
      const names = "mariadb-dump mysqldump mariadb mysql";
      await on.root(`cd /usr/bin; for name in ${names}; do mv $name $name.away; done
        for name in mysqldump mysql; do printf '#!/bin/bash\necho "$0  Ver 8.0.39 for Linux on x86_64 (MySQL Community Server - GPL)"' >$name; chmod +x $name; done`);
      try {
        const untried =
          /its database client is MySQL's, which was never tried with a MariaDB server: mysqldump {2}Ver 8\.0\.39 .*[;.] [nN]othing was changed\. Install MariaDB's/;
        assert.match(await messageOf(on.backUp()), untried);
        assert.match(await messageOf(restore()), untried);
      } finally {
        await on.root(`cd /usr/bin; for name in ${names}; do mv -f $name.away $name; done`);
      }
    });

    it("is restored by one at a time, who the other is told of", async () => {
      const first = restore();
      await isHalfWay();
      const second = await messageOf(restore({}, on.host, "restored_too"));
      assert.match(
        second,
        /another backup is being restored or verified there since 20\S+Z\. Nothing was changed\. Wait until it is done, or end it there \(sudo kill -- -\d+\)/,
      );
      await first;
      assert.equal(await rows(), await rows("selfhelp"));
      assert.equal(await on.schemas("restored_too"), "");
    });

    it("is restored again after the connection was cut half way: nothing of the first time is left", async () => {
      const cut = on.connect();
      const failure = messageOf(restore({}, cut));
      await isHalfWay();
      await on.root(
        "pid=$(pgrep -x age | head -n 1); while [ \"$(cat /proc/$pid/comm)\" != sshd ]; do pid=$(ps -o ppid= -p $pid | tr -d ' '); done; kill -KILL $pid",
      );
      assert.match(
        await failure,
        /lost its connection[^]*removes what was restored, or leaves it in the schema "restored", marked by the table selfhelp_restoring\. The same command begins anew/,
      );
      cut.close();
      await waitFor("the host removed it", 30, async () => (await on.schemas(target)) === "");
      await restore();
      assert.equal(await rows(), await rows("selfhelp"));
    });

    it("is restored again after the server was killed half way: what was left is marked", async () => {
      const failure = messageOf(restore());
      await isHalfWay();
      await on.root("kill -KILL $(pidof mariadbd)");
      assert.match(
        await failure,
        /mariadb failed with code 1[^]*The schema "restored" holds a part of it, and the table selfhelp_restoring as the mark of that\. The same command removes that part and begins anew/,
      );
      await waitFor(
        "the server is back",
        60,
        async () => (await on.root("mariadb -e 'SELECT 1' >/dev/null 2>&1 && echo yes || true")) === "yes",
      );
      assert.match(await on.root(`mariadb -N -e 'SHOW TABLES' ${target}`), /selfhelp_restoring/);
      await restore();
      assert.equal(await rows(), await rows("selfhelp"));
      assert.doesNotMatch(await on.root(`mariadb -N -e 'SHOW TABLES' ${target}`), /selfhelp_restoring/);
    });

    it("is gone from where it was restored to when it is cancelled half way", async () => {
      const cancel = new AbortController();
      const failure = messageOf(restore({ signal: cancel.signal }));
      await isHalfWay();
      cancel.abort();
      assert.match(await failure, /restoring \S+ into restored was cancelled/);
      assert.equal(await on.schemas(target), "");
    });

    it("says that the disk became full, and is restored once there is room", async () => {
      await on.root(
        `mariadb -e 'CREATE DATABASE ${target}' && mount -t tmpfs -o size=8m,uid=$(id -u mysql),gid=$(id -g mysql),mode=700 tmpfs /var/lib/mysql/${target}`,
      );
      assert.match(await messageOf(restore()), /could not be restored: the disk of the database became full\. The schema "restored" /);
      await on.root(`umount /var/lib/mysql/${target}`);
      await restore();
      assert.equal(await rows(), await rows("selfhelp"));
    });

    it("isn't begun to be restored where there is no room", async () => {
      const stored = await on.stored(manifest.id);
      assert.ok(manifest.details);
      const huge = { ...stored, manifest: { ...manifest, details: { ...manifest.details, storedBytes: 1e15 } } };
      const beside = { schema: target, events: "off" as const, definers: "as they were" as const };
      const message = await messageOf(restoreBeside(huge, directory, beside, on.identity, on.context()));
      assert.match(message, /the disk of the database \(\/var\/lib\/mysql\/\) has \d+ MB free, and it needs \d+ MB\. Nothing was changed/);
    });
  });

  describe("at its destination", () => {
    it("isn't restored over something, nor over the live database", async () => {
      await on.root(`mariadb -e 'CREATE DATABASE ${target}; CREATE FUNCTION ${target}.f() RETURNS int DETERMINISTIC RETURN 1'`);
      assert.match(
        await messageOf(restore()),
        /the schema "restored" is not empty: it has 1 tables, routines and events\. Nothing was changed\. Name another one/,
      );
      assert.match(
        await messageOf(restore({}, on.host, "Selfhelp")),
        /"Selfhelp" is the live database\. Nothing was changed\. .*selfhelp rollback --database/,
      );
      assert.match(await messageOf(restore({}, on.host, "a'b")), /can't be a schema's name here/);
      assert.match(await messageOf(restore({}, on.host, "selfhelp_verify_mine")), /are copies, which are dropped/);
    });

    it("is restored into an empty schema, which it gives the defaults of the database", async () => {
      await on.root(`mariadb -e 'CREATE DATABASE ${target} CHARACTER SET latin1'`);
      await restore();
      assert.equal(await on.sql("SELECT @@collation_database", target), "utf8mb4_unicode_ci");
    });

    it("names the GRANT that is missing", async () => {
      const failure = await messageOf(restore({}, on.host, "elsewhere_1"));
      assert.match(failure, /its user may not make the schema "elsewhere_1"\. Nothing was changed\. As an administrator/);
      assert.match(failure, /\n {4}GRANT ALL ON `elsewhere\\_1`\.\* TO `selfhelp_deploy`@`\S+`;$/);
    });
  });

  describe("as it is verified", () => {
    it("drops the copy that a killed verification left, and no other schema", async () => {
      await on.root("mariadb -e 'CREATE DATABASE selfhelp_verify_20260101t000000z_check; CREATE DATABASE selfhelp_verify_mine'");
      const objects = (await verify(await on.stored(manifest.id), directory, on.identity, on.context())).details?.objects;
      assert.deepEqual(objects, manifest.details?.objects);
      assert.equal(await on.schemas("selfhelp\\_verify%"), "selfhelp_verify_mine");
      await on.root("mariadb -e 'DROP DATABASE selfhelp_verify_mine'");
    });

    it("stays as it was when it had been verified, and is recorded when it had not", async () => {
      const text = await on.root(`cat ${directory}/${manifest.id}.json`);
      await verify(await on.stored(manifest.id), directory, on.identity, on.context());
      assert.equal(await on.root(`cat ${directory}/${manifest.id}.json`), text);
      const unproven = await on.backUp(false);
      assert.equal(unproven.verifiedAt, null);
      const proven = await verify(await on.stored(unproven.id), directory, on.identity, on.context());
      assert.deepEqual((await on.stored(unproven.id)).manifest, proven);
      assert.ok(proven.verifiedAt);
      assert.equal(proven.details?.objects.find(({ name }) => name === "noise")?.rows, 40000);
      assert.equal(await on.root(`stat -c '%a %U' ${directory}/${unproven.id}.json`), "600 root");
    });

    it("leaves its manifest alone while a backup is made beside it, and says that it isn't recorded", async () => {
      const unproven = await on.backUp(false);
      await on.root(`systemd-run --quiet --collect --unit=maker flock ${directory}/.lock sleep 1000`);
      await waitFor("it is held", 20, async () => (await on.root(`flock -n ${directory}/.lock true && echo free || true`)) === "");
      const warnings: string[] = [];
      await verify(await on.stored(unproven.id), directory, on.identity, on.context({ warnings }));
      await on.root("systemctl stop maker");
      assert.match(
        warnings.join(),
        /is proven, but that isn't recorded: a backup is being made or removed in \/var\/backups\/selfhelp right now\. Verify it again/,
      );
      assert.deepEqual((await on.stored(unproven.id)).manifest, unproven);
    });

    it("can be verified and restored also when it was made by the tool's first release", async () => {
      const { details: _, ...old } = manifest;
      await on.root(
        `cp -p ${directory}/${manifest.id}.json /root/manifest && cat >${directory}/${manifest.id}.json`,
        `${JSON.stringify({ ...old, verifiedAt: null })}\n`,
      );
      const proven = await verify(await on.stored(manifest.id), directory, on.identity, on.context());
      assert.ok(proven.verifiedAt);
      await restore();
      assert.equal(await rows(), await rows("selfhelp"));
      await on.root(`mv /root/manifest ${directory}/${manifest.id}.json`);
    });
  });

  describe("of a database with odd habits", () => {
    before(async () => {
      await on.sql("DROP TABLE noise");
      await on.sql(oddities);
      manifest = await on.backUp();
    });

    it("is restored as it was, byte for byte of a dump, with whom everything acts for and which events are on", async () => {
      const grantees = ["127.0.0.1", "localhost"].map((from) => `selfhelp_deploy@'${from}'`).join(", ");
      await on.sql(`GRANT SET USER ON *.* TO ${grantees}`);
      const unable = await messageOf(restore());
      assert.match(
        unable,
        /View 'restored\.a_names'[^]* is removed again[^]* An account that a view acts for \(DEFINER\) has no rights in this schema/,
      );
      await on.sql(`GRANT SELECT ON \`restored%\`.* TO someone@localhost`);
      const warnings: string[] = [];
      await restore({ warnings });
      assert.deepEqual(warnings, []);
      const original = await on.dump("selfhelp");
      assert.match(original, /DEFINER=`someone`@`localhost`[^]*PRESERVE ENABLE/);
      assert.equal(await on.dump(target), original);
      await on.sql(`REVOKE SET USER ON *.* FROM ${grantees}; REVOKE ALL ON \`restored%\`.* FROM someone@localhost`);
    });

    it("is restored without the right to act for others, too, and says for whom things act then", async () => {
      const warnings: string[] = [];
      await restore({ warnings });
      assert.match(
        warnings.join("\n"),
        /^routines, views, triggers and events of root@localhost, someone@localhost will act for selfhelp_deploy in restored; .*: GRANT SET USER ON \*\.\* TO `selfhelp_deploy`/,
      );
      const withoutDefiners = async (schema: string): Promise<string> =>
        (await on.dump(schema)).replaceAll(/DEFINER=`\w+`@`localhost`/g, "");
      assert.equal(await withoutDefiners(target), await withoutDefiners("selfhelp"));
    });

    it("is backed up with a warning of defaults that the server itself can't tell, of no others", async () => {
      await on.sql(
        `CREATE TABLE moods (mood varchar(9) DEFAULT '🙂', why varchar(9) DEFAULT 'why?', told varchar(9) DEFAULT (CONCAT('?', '🙂')));`,
      );
      const warnings: string[] = [];
      await on.backUp(true, { warnings });
      await on.sql("DROP TABLE moods");
      assert.match(warnings.join("\n"), /^the backup has "\?" in the place of [^:]*: moods\.mood \('🙂'\); after a restore/);
    });

    it("leaves events off where that is wanted", async () => {
      const beside = { schema: target, events: "off" as const, definers: "as they were" as const };
      await restoreBeside(await on.stored(manifest.id), directory, beside, on.identity, on.context());
      assert.equal(
        await on.sql(`SELECT GROUP_CONCAT(DISTINCT status) FROM information_schema.events WHERE event_schema = '${target}'`),
        "DISABLED",
      );
    });
  });
});
