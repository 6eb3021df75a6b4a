import assert from "node:assert/strict";
import type { BackupManifest } from "../../components/backup/contract";
import { restoreBeside } from "../../components/backup/restore-to";
import { restoreDatabase } from "../../components/rollback/restore";
import { waitFor } from "../../lab/process";
import { BackupHost, directory } from "./backup-host";
import { messageOf } from "./failing";

/** What ten years, several servers and several hands leave in a schema. */
const tables = `
CREATE TABLE latin (id int PRIMARY KEY, t varchar(50), c char(9) COLLATE latin1_german1_ci, d varchar(9) DEFAULT 'ä€ß') DEFAULT CHARSET=latin1 COMMENT 'Tabelle für „Alte“';
INSERT INTO latin (id, t, c) VALUES (1, 'äöü€ß', 'Straße'), (2, CHAR(0x81 USING latin1), '');
CREATE TABLE utf8_of_three (id int PRIMARY KEY, e enum('ж','€,x','it''s') DEFAULT 'ж', s set('a','b c','ü')) DEFAULT CHARSET=utf8mb3; INSERT INTO utf8_of_three VALUES (1, 'it''s', 'a,ü');
CREATE TABLE asian (id int PRIMARY KEY, t varchar(20)) CHARSET sjis; INSERT INTO asian VALUES (1, '表ソ能');
CREATE TABLE wide_letters (id int PRIMARY KEY, t varchar(20) CHARSET utf16, u varchar(20) CHARSET ucs2, b varchar(20) CHARSET binary); INSERT INTO wide_letters VALUES (1, '🙂ä', 'ä€', x'ff00fe');
CREATE TABLE isam (id int PRIMARY KEY AUTO_INCREMENT, t text, FULLTEXT (t)) ENGINE=MyISAM; INSERT INTO isam (t) VALUES ('full text of a thing'), ('another');
CREATE TABLE isam_1 (id int) ENGINE=MyISAM; INSERT INTO isam_1 VALUES (1); CREATE TABLE isam_all (id int) ENGINE=MERGE UNION=(isam_1) INSERT_METHOD=LAST;
CREATE TABLE aria (id int) ENGINE=Aria; INSERT INTO aria VALUES (1), (2); CREATE TABLE csv (id int NOT NULL, t varchar(20) NOT NULL) ENGINE=CSV; INSERT INTO csv VALUES (1, 'a"b,c\\nd');
CREATE TABLE ranges (id int, y int NOT NULL, KEY (y)) PARTITION BY RANGE (y) SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN MAXVALUE); INSERT INTO ranges SELECT seq, 1990 + seq MOD 30 FROM seq_1_to_500;
CREATE TABLE lists (k varchar(9)) PARTITION BY LIST COLUMNS (k) (PARTITION pa VALUES IN ('a', 'b'), PARTITION pd DEFAULT); INSERT INTO lists VALUES ('a'), ('ö'), ('z');
CREATE TABLE \`a\`\`b\` (\`c\`\`d\` int, \`%\` int); INSERT INTO \`a\`\`b\` VALUES (1, 2);
CREATE TABLE \`100%s_%\` (id int); CREATE TABLE \`back\\slash\` (id int); CREATE TABLE \`dot.name\` (id int); CREATE TABLE \`$home $(id) "q" &/x\` (id int); INSERT INTO \`$home $(id) "q" &/x\` VALUES (1);
CREATE TABLE \`new\nline\` (id int) COMMENT 'new\nline'; INSERT INTO \`new\nline\` VALUES (1); CREATE TABLE Users (id int); CREATE TABLE uSERS (id int); INSERT INTO uSERS VALUES (1);
CREATE TABLE searched (id int PRIMARY KEY, t text, u varchar(99), FULLTEXT KEY ft1 (t), FULLTEXT ft2 (t, u)); INSERT INTO searched VALUES (1, 'hello world', 'x');
CREATE TABLE places (id int PRIMARY KEY, g geometry NOT NULL, p point NOT NULL, SPATIAL KEY (g), SPATIAL INDEX (p)); INSERT INTO places VALUES (1, ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))'), ST_GeomFromText('POINT(8.123456789012345 47)', 4326));
CREATE TABLE checked (a int CHECK (a > 0), b varchar(20), CONSTRAINT \`it's\` CHECK (b LIKE '%;%' OR b <> "x'y"), j json, u uuid DEFAULT uuid(), i inet6, hidden int INVISIBLE DEFAULT 5, x datetime DEFAULT (current_timestamp() + interval 1 day)); INSERT INTO checked (a, b, j, i, hidden) VALUES (1, ';', '{"a":"b\\\\"c"}', '::1', 7);
SET check_constraint_checks = 0; INSERT INTO checked (a, b, j) VALUES (-1, 'x''y', 'no JSON'); SET check_constraint_checks = 1;
SET innodb_strict_mode = 0; SET @wide = (SELECT CONCAT('CREATE TABLE wide (id int PRIMARY KEY, ', GROUP_CONCAT('c', seq, ' varchar(200)'), ') CHARSET=latin1 ROW_FORMAT=COMPACT') FROM seq_1_to_197); PREPARE wide FROM @wide; EXECUTE wide; INSERT INTO wide (id, c1) VALUES (1, 'x'); SET innodb_strict_mode = 1;
CREATE TABLE numbers (a decimal(65,30), d double, f3 float(7,3), y year, ti time(6), b bit(64), z decimal(5,0) ZEROFILL); INSERT INTO numbers VALUES (12345678901234567890123456789012345.12345678901234567890123456789, 1.7976931348623157e308, 1234.567, 1901, '-838:59:59.000001', b'1', 42), (NULL, 0.1 + 0.2, 0.1, 2155, NULL, ~0, 1), (0, 5e-324, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE one (id int PRIMARY KEY, o int); CREATE TABLE other (id int PRIMARY KEY, o int, FOREIGN KEY (o) REFERENCES one (id) ON DELETE CASCADE); ALTER TABLE one ADD FOREIGN KEY (o) REFERENCES other (id); SET foreign_key_checks = 0; INSERT INTO one VALUES (1, 1); INSERT INTO other VALUES (1, 1), (2, 99); SET foreign_key_checks = 1;
CREATE TABLE periods (id int, s date, e date, PERIOD FOR p (s, e), UNIQUE (id, p WITHOUT OVERLAPS)); INSERT INTO periods VALUES (1, '2020-01-01', '2021-01-01');
CREATE TABLE keyed (a int, b varchar(500), KEY d (a DESC), KEY ign (b(100)) IGNORED, UNIQUE h (b) USING HASH, KEY c (a) COMMENT 'it''s; a "key"'); INSERT INTO keyed VALUES (1, 'x');
CREATE TABLE past (id int PRIMARY KEY, v int) WITH SYSTEM VERSIONING; INSERT INTO past VALUES (1, 1); UPDATE past SET v = 2;
CREATE TABLE old_past (id int PRIMARY KEY, w int, s timestamp(6) GENERATED ALWAYS AS ROW START, e timestamp(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (s, e)) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME INTERVAL 1 DAY PARTITIONS 3; INSERT INTO old_past (id, w) VALUES (1, 1); DELETE FROM old_past;
CREATE SEQUENCE down START WITH -5 INCREMENT BY -1 MINVALUE -1000 MAXVALUE 0 CYCLE CACHE 10; DO NEXTVAL(down);`;

const routines = `
DELIMITER //
CREATE PROCEDURE p1() COMMENT 'it''s; a "comment" -- with \`ticks\` and \\\\ ;; //' BEGIN /* ;; */ SELECT ';;'; # comment ;; here\n\n SELECT 1; -- ;;\nEND//
CREATE PROCEDURE p2() SELECT 1 -- last ;;\n//
CREATE PROCEDURE \`p\`\`3\`(IN \`a b\` int, OUT \`select\` varchar(9) CHARSET latin1) MODIFIES SQL DATA SQL SECURITY INVOKER SET \`select\` = 'ä'//
CREATE FUNCTION \`f%\`() RETURNS varchar(99) CHARSET utf8mb3 DETERMINISTIC RETURN '🙂ä;;'//
CREATE AGGREGATE FUNCTION agg(x int) RETURNS int BEGIN DECLARE s int DEFAULT 0; DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN s; LOOP FETCH GROUP NEXT ROW; SET s = s + x; END LOOP; END//
SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT'// CREATE PROCEDURE "p4"() SELECT 'a' || "a b" FROM "a\`b"//
SET sql_mode = 'NO_BACKSLASH_ESCAPES'// CREATE PROCEDURE p5() SELECT '\\', ';;'// CREATE TRIGGER searched_1 BEFORE INSERT ON searched FOR EACH ROW SET NEW.u = '\\'//
SET sql_mode = 'ORACLE'// CREATE PACKAGE pk AS PROCEDURE x; END;// CREATE PACKAGE BODY pk AS PROCEDURE x AS BEGIN SELECT 1; END; END;// CREATE PROCEDURE p6 AS BEGIN SELECT 1; END;//
SET sql_mode = DEFAULT// CREATE TRIGGER searched_2 BEFORE INSERT ON searched FOR EACH ROW FOLLOWS searched_1 BEGIN IF NEW.u = ';;' THEN SET @x = '//'; END IF; END//
CREATE TRIGGER searched_0 BEFORE INSERT ON searched FOR EACH ROW PRECEDES searched_1 SET @y = 1//
CREATE EVENT \`ev'ent\` ON SCHEDULE EVERY '1:30' DAY_HOUR STARTS '2026-01-01 00:00:00' ENDS '2036-01-01 00:00:00' COMMENT 'x''y ON COMPLETION NOT PRESERVE ENABLE ' DO SELECT ' ENABLE '//
DELIMITER ;
CREATE VIEW v1 AS SELECT \`c\`\`d\` FROM \`a\`\`b\`; CREATE ALGORITHM=MERGE VIEW \`v\`\`2\` (\`x'y\`) AS SELECT id FROM searched WHERE t LIKE '%\\\\_ä;;' WITH CASCADED CHECK OPTION;
CREATE VIEW v3 AS WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n, CONVERT('ä' USING latin1) AS l FROM r;`;

describe("a backup of a database that is ten years old", function () {
  this.timeout(180_000);

  const target = "restored";
  const on = new BackupHost("backupdecade");
  const grantees = ["127.0.0.1", "localhost"].map((from) => `selfhelp_deploy@'${from}'`).join(", ");

  before(async () => {
    for (const from of ["127.0.0.1", "localhost"]) await on.sql(`GRANT ALL ON ${target}.* TO selfhelp_deploy@'${from}'`);
  });
  beforeEach(async () => {
    await on.sql(
      `DROP DATABASE IF EXISTS ${target}; DROP DATABASE selfhelp; CREATE DATABASE selfhelp CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
      "",
    );
    await on.sql(
      "CREATE TABLE version (id int PRIMARY KEY AUTO_INCREMENT, version varchar(100)); INSERT INTO version (version) VALUES ('v8.0.0');",
    );
  });
  afterEach(async () => assert.equal(await on.schemas("selfhelp\\_verify%"), "", "a copy was left"));

  const restore = async ({ id }: BackupManifest, warnings: string[] = []): Promise<unknown> => {
    const beside = { schema: target, events: "as they were" as const, definers: "as they were" as const };
    return restoreBeside(await on.stored(id), directory, beside, on.identity, on.context({ warnings }));
  };
  const withoutDefiners = async (schema: string): Promise<string> =>
    (await on.dump(schema)).replaceAll(/DEFINER=([`"])[^`"]*\1@[`"][^`"]*[`"]/g, "DEFINER");
  const restart = async (): Promise<void> => {
    await on.root("systemctl restart mariadb");
    await waitFor(
      "the server is back",
      60,
      async () => (await on.root("mariadb -e 'SELECT 1' >/dev/null 2>&1 && echo yes || true")) === "yes",
    );
  };

  it("is proven, and restored byte for byte, by a user who may act for nobody else: names, character sets, engines, partitions, routines, and rows of the past", async () => {
    await on.sql(tables);
    await on.sql(routines);
    const warnings: string[] = [];
    const manifest = await on.backUp(true, { warnings });
    assert.ok(manifest.verifiedAt);
    await restore(manifest);
    assert.equal(await withoutDefiners(target), await withoutDefiners("selfhelp"));
    assert.equal(await on.sql("SELECT GROUP_CONCAT(v ORDER BY v) FROM past FOR SYSTEM_TIME ALL", target), "1,2");
    assert.deepEqual(
      warnings.map((text) => text.replace(/: .*/, "")),
      [
        "the backup does not see these tables at one moment, since their engine has no transactions",
        "restored, routines, views, triggers and events of root@localhost would act for selfhelp_deploy; to keep whom they act for (DEFINER), an administrator runs",
      ],
    );
  });

  it("says which columns a dump rounds", async () => {
    await on.sql(
      "CREATE TABLE measured (exact double, rough float, told float(9,3)); INSERT INTO measured (exact, rough) VALUES (1234567, 1234567);",
    );
    const warnings: string[] = [];
    await restore(await on.backUp(true, { warnings }));
    assert.match(
      warnings.join("\n"),
      /^the backup keeps six digits of these columns \(FLOAT\)[^:]*: measured\.rough; where more count, make them DOUBLE$/,
    );
    assert.equal(await on.sql("SELECT exact, rough + 0e0 FROM measured", target), "1234567\t1234570");
  });

  it("says that rows of the past are left out where the server tells transactions instead of times", async () => {
    await on.sql(`CREATE TABLE exact (x int, s bigint unsigned GENERATED ALWAYS AS ROW START, e bigint unsigned GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (s, e)) WITH SYSTEM VERSIONING;
      INSERT INTO exact (x) VALUES (1); UPDATE exact SET x = 2`);
    const warnings: string[] = [];
    await restore(await on.backUp(false, { warnings }));
    assert.equal(await on.sql("SELECT x FROM exact FOR SYSTEM_TIME ALL", target), "2");
    assert.deepEqual(warnings, ["the backup has these tables' rows as they are now, without their history: exact"]);
  });

  describe("with views that can't be read", () => {
    beforeEach(async () => {
      await on.sql(`CREATE TABLE gone (id int); CREATE VIEW \`bro'k\`\`en\` AS SELECT id FROM gone; CREATE VIEW above AS SELECT id FROM \`bro'k\`\`en\`; DROP TABLE gone;
        CREATE USER temp@localhost; GRANT SELECT ON selfhelp.* TO temp@localhost; CREATE DEFINER = temp@localhost VIEW orphan AS SELECT id FROM version; DROP USER temp@localhost; CREATE VIEW fine AS SELECT id FROM version;`);
    });

    it("is refused before anything is dumped, with each view, why, and what to type", async () => {
      const message = await messageOf(on.backUp());
      assert.match(
        message,
        /these views can't be read, nor restored:\n {4}above: View 'selfhelp\.above' references invalid table[^\n]*\n {4}bro'k`en: View [^\n]*\n {4}orphan: Access denied[^\n]*\nNothing was changed\. Mend or drop them/,
      );
      const drops = [...message.matchAll(/^ {4}(DROP VIEW .*;)$/gm)].map(([, statement]) => statement);
      assert.equal(drops.length, 3);
      await on.sql(drops.join("\n"));
      const manifest = await on.backUp();
      assert.deepEqual(
        manifest.details?.objects.map(({ name }) => name),
        ["version", "fine"],
      );
    });

    it("is without them, and says so, when the database is given up for another backup", async () => {
      const warnings: string[] = [];
      const manifest = await on.backUp(false, { warnings }, true);
      assert.match(
        warnings[0] ?? "",
        /^the backup is without these tables and views, which can't be read: above \(View [^\n]*\), bro'k`en \(View [^\n]*\), orphan \(Access denied [^\n]*\)$/,
      );
      await restore(manifest);
      assert.equal(
        await on.sql(
          "SELECT GROUP_CONCAT(table_name ORDER BY table_name) FROM information_schema.tables WHERE table_schema = 'restored'",
          target,
        ),
        "fine,version",
      );
    });
  });

  describe("with tables whose files are gone or damaged", () => {
    it("is without them when the database is given up, and the restore takes their place", async () => {
      await on.sql(
        `CREATE TABLE lost (id int PRIMARY KEY); INSERT INTO lost VALUES (1); CREATE TABLE damaged (id int PRIMARY KEY) ENGINE = MyISAM; INSERT INTO damaged VALUES (1);
        CREATE TRIGGER on_lost BEFORE INSERT ON lost FOR EACH ROW SET NEW.id = 2; CREATE VIEW of_both AS SELECT lost.id FROM lost JOIN damaged USING (id);`,
      );
      const whole = await on.backUp();
      await on.sql("CREATE TABLE since (id int PRIMARY KEY); INSERT INTO since VALUES (1); FLUSH TABLES");
      await on.root("cd /var/lib/mysql/selfhelp && rm lost.ibd && truncate --size=0 damaged.MYI");
      await restart();
      assert.match(await messageOf(on.backUp(false)), /these views can't be read[^]*of_both/);
      const warnings: string[] = [];
      const given = await on.backUp(false, { warnings }, true);
      assert.match(
        warnings.join("\n"),
        /^the backup is without these tables and views, which can't be read: damaged \([^\n]+\), lost \([^\n]+\), of_both \([^\n]+\)$/m,
      );
      assert.deepEqual(
        given.details?.objects.map(({ name }) => name),
        ["since", "version"],
      );
      await restore(given);
      assert.equal(await on.sql("SELECT id FROM since", target), "1");
      await on.sql(`GRANT SET USER ON *.* TO ${grantees}`);
      await restoreDatabase({ directory, manifest: whole, identity: on.identity }, on.context());
      await on.sql(`REVOKE SET USER ON *.* FROM ${grantees}`);
      assert.equal(await on.sql("SELECT GROUP_CONCAT(id) FROM of_both"), "1");
      assert.equal(await on.sql("SHOW TABLES LIKE 'since'"), "");
    });
  });

  it("says what to set when a row is larger than what the server takes at once, and shows nothing of the row", async () => {
    await on.sql("CREATE TABLE big (id int PRIMARY KEY, b longblob); INSERT INTO big VALUES (1, REPEAT('secret', 2000000));");
    const message = await messageOf(on.backUp());
    assert.match(
      message,
      /could not be restored into selfhelp_verify_\S+: mariadb failed with code 1; [^]*gone away\nNothing was changed\. If that server still runs, a row is larger/,
    );
    assert.doesNotMatch(message, /736563726574|secret/);
    const [statement = ""] = /SET GLOBAL .*?;/.exec(message) ?? [];
    const [was = ""] = (await on.sql("SELECT @@global.max_allowed_packet")).split("\n");
    await on.sql(statement);
    assert.ok((await on.backUp()).verifiedAt);
    await on.sql(`SET GLOBAL max_allowed_packet = ${was}`);
  });

  it("needs no room in /tmp for its rows, neither it nor its restore", async () => {
    await on.sql(
      "CREATE TABLE many (id int PRIMARY KEY, t varchar(200)); INSERT INTO many SELECT seq, REPEAT('x', 200) FROM seq_1_to_80000;",
    );
    await on.root("mount -t tmpfs -o size=6m tmpfs /tmp");
    try {
      await restore(await on.backUp());
    } finally {
      await on.root("umount /tmp");
    }
    assert.equal(await on.sql("SELECT COUNT(*), MAX(id) FROM many", target), "80000\t80000");
  });

  describe("on a server that keeps a binary log", () => {
    before(async () => {
      await on.root("printf '[mariadbd]\\nlog_bin=/var/lib/mysql/bin\\nserver_id=1\\n' >/etc/mysql/mariadb.conf.d/99-binlog.cnf");
      await restart();
    });
    beforeEach(async () => {
      await on.sql(
        "CREATE TABLE users (id int PRIMARY KEY, name varchar(50)); INSERT INTO users VALUES (1, 'Zoë 🙂'); CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW SET NEW.name = TRIM(NEW.name);",
      );
    });
    after(async () => {
      await on.root("rm /etc/mysql/mariadb.conf.d/99-binlog.cnf");
      await restart();
    });

    it("isn't begun, nor restored over the live database, while triggers could not be made again: says what to set", async () => {
      const message = await messageOf(on.backUp());
      assert.match(
        message,
        /its server keeps a binary log, and then lets only administrators make functions and triggers, [^]*nothing was changed[^]*\n {4}SET GLOBAL log_bin_trust_function_creators = ON;$/,
      );
      const manifest = await on.backUp(false);
      await on.sql("INSERT INTO users VALUES (2, 'since')");
      const refused = await messageOf(restoreDatabase({ directory, manifest, identity: on.identity }, on.context()));
      assert.match(refused, /unless one runs SET GLOBAL log_bin_trust_function_creators = ON;\. The database was not touched by this\./);
      assert.equal(await on.sql("SELECT COUNT(*) FROM users"), "2");
    });

    it("isn't begun while a function, which says nothing of itself, could not be made again by anybody", async () => {
      await on.sql("SET GLOBAL log_bin_trust_function_creators = 1; CREATE FUNCTION next_number() RETURNS int RETURN 1; DROP TRIGGER t");
      await on.sql("SET GLOBAL log_bin_trust_function_creators = 0");
      await on.sql(`GRANT SUPER ON *.* TO ${grantees}`);
      try {
        assert.match(
          await messageOf(on.backUp()),
          /nobody a function that is not declared[^]*\n {4}SET GLOBAL log_bin_trust_function_creators = ON;$/,
        );
        await on.sql("ALTER FUNCTION next_number NO SQL");
        assert.ok((await on.backUp()).verifiedAt);
      } finally {
        await on.sql(`REVOKE SUPER ON *.* FROM ${grantees}`);
      }
    });

    it("says where in that log it stands: from there on it has what was written since", async () => {
      await on.sql("SET GLOBAL log_bin_trust_function_creators = 1");
      const manifest = await on.backUp();
      const [, file, position] = /^([\w.]+):(\d+)$/.exec(manifest.details?.binaryLog ?? "") ?? [];
      assert.ok(file !== undefined && position !== undefined, `${manifest.details?.binaryLog}`);
      await on.sql("INSERT INTO users VALUES (2, 'since'); UPDATE users SET name = 'Zoe' WHERE id = 1");
      const [, until] = (await on.sql("SHOW MASTER STATUS")).split("\t");
      await on.sql(`GRANT SET USER ON *.* TO ${grantees}`);
      await restore(manifest);
      assert.equal(await on.sql("SELECT GROUP_CONCAT(name) FROM users", target), "Zoë 🙂");
      await on.root(
        `mariadb-binlog --start-position=${position} --stop-position=${until} --database=selfhelp --rewrite-db='selfhelp->restored' /var/lib/mysql/${file} | mariadb`,
      );
      assert.equal(await on.sql("SELECT GROUP_CONCAT(name) FROM users", target), "Zoe,since");
      await on.sql(`REVOKE SET USER ON *.* FROM ${grantees}`);
    });
  });
});
