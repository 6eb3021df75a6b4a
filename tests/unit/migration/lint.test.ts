import assert from "node:assert/strict";
import { chainFindings, inOrder } from "../../../components/migration/lint/files";
import { type Finding, lintScripts } from "../../../components/migration/lint/lint";
import type { Example } from "../../../components/migration/lint/rule";
import { rules } from "../../../components/migration/lint/rules";
import { type Script, scriptOf } from "../../../components/migration/script";

const file = "40_update_v8.0.0_v8.1.0.sql";
const script = (source: string, name = file): Script => scriptOf({ file: name, from: "", to: "" }, Buffer.from(source));
const versioned = (source: string): Script => script(`UPDATE version SET version = 'v8.1.0';\n${source}`);
const idsOf = (findings: readonly Finding[]): string[] =>
  findings.filter(({ acknowledged }) => acknowledged === undefined).map(({ rule }) => rule);
const found = (source: string, earlier = ""): string[] =>
  idsOf(lintScripts([versioned(source)], { earlier: [script(earlier, "base.sql")] }));

const findingsIn = (example: Example): Finding[] => {
  if (typeof example === "string") return lintScripts([versioned(example)]);
  return lintScripts([script(example.source, example.file)], { earlier: [script(example.earlier ?? "", "base.sql")] });
};

describe("each rule of the lint", () => {
  it("has an id of its own, in small letters", () => {
    const ids = rules.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[a-z]+(-[a-z]+)*$/);
  });

  for (const { id, bad, good } of rules) {
    it(`${id}: finds its bad examples, and nothing is found in its good ones`, () => {
      assert.ok(bad.length > 0 && good.length > 0);
      for (const example of bad) assert.ok(idsOf(findingsIn(example)).includes(id), `not found in ${JSON.stringify(example)}`);
      for (const example of good) assert.deepEqual(idsOf(findingsIn(example)), [], JSON.stringify(example));
    });
  }
});

describe("a finding", () => {
  it("names the place, the rule, its class, the statement's first line and what to do", () => {
    const [finding] = lintScripts([versioned("\n  ALTER TABLE users\n  DROP COLUMN age;")]);
    assert.deepEqual(finding, {
      rule: "drop-column",
      class: "destroys data",
      breaksOldCode: true,
      script: file,
      line: 3,
      column: 3,
      message: "drops users.age with all values",
      statement: "ALTER TABLE users",
      instead: "Let one release stop using it, and drop it with a later one.",
    });
  });

  it("says whether the release that still serves users would fail", () => {
    const breaking = lintScripts([
      versioned("DROP TABLE a; RENAME TABLE b TO c; DELETE FROM d; ALTER TABLE e CONVERT TO CHARSET utf8mb4;"),
    ]);
    assert.deepEqual(
      breaking.map(({ rule, breaksOldCode }) => [rule, breaksOldCode]),
      [
        ["drop-table", true],
        ["rename-table", true],
        ["delete-without-where", false],
        ["copies-table", false],
      ],
    );
  });

  it("is made for what a statement does, not for what it mentions", () => {
    assert.deepEqual(
      found("-- DROP TABLE users;\n# TRUNCATE a\n/* DELETE FROM a */ SELECT 'DROP TABLE users', `drop table` FROM dual;"),
      [],
    );
    assert.deepEqual(found("INSERT IGNORE INTO help (text) VALUES ('it''s; DELETE FROM users; \\' GRANT ALL');"), []);
    assert.deepEqual(found("/*!40101 DROP TABLE users */;"), ["drop-table"]);
  });

  it("is not made for statements inside a routine, which run when somebody calls it", () => {
    const body = "BEGIN DELETE FROM users; DROP TABLE a; TRUNCATE b; PREPARE s FROM @x; INSERT INTO a VALUES (1); END";
    assert.deepEqual(
      found(`DELIMITER //\nCREATE PROCEDURE p() ${body} //\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW ${body} //\nDELIMITER ;`),
      [],
    );
  });
});

describe("habits of ten years of scripts", () => {
  const cases: [source: string, ids: string[]][] = [
    ["ALTER TABLE users ADD COLUMN IF NOT EXISTS `age` INT(11) NULL DEFAULT NULL COMMENT 'a, b (c) ;' AFTER `name`;", []],
    ["alter\ttable/* x */users -- why\n add(a int not null default 0,b varchar(10))", []],
    ["ALTER TABLE a ADD CONSTRAINT `u` UNIQUE (`x`(20), y), ADD KEY (z)", ["add-unique"]],
    ["ALTER TABLE a DROP COLUMN IF EXISTS b, DROP FOREIGN KEY c, DROP KEY d, DROP PRIMARY KEY, ADD PRIMARY KEY (e)", ["drop-column", "add-unique"]],
    ["CREATE TABLE IF NOT EXISTS a LIKE b; INSERT INTO a SELECT * FROM b; DROP TABLE IF EXISTS a;", []],
    ["CREATE TABLE a AS SELECT * FROM b; ALTER TABLE a MODIFY x int NOT NULL, ADD UNIQUE (x);", []],
    ["CREATE TEMPORARY TABLE t (n varchar(9)); INSERT INTO t VALUES ('a'); UPDATE t SET n = ''; DELETE FROM t; DROP TABLE t;", []],
    ["DELETE FROM a USING a INNER JOIN b ON a.id = b.id; DELETE a.*, b.* FROM a, b;", ["delete-without-where"]],
    ["UPDATE a, b SET a.x = b.x; UPDATE a NATURAL JOIN b SET a.x = b.x; UPDATE a CROSS JOIN b SET a.x = 1", ["update-without-where", "update-without-where"]],
    ["UPDATE a JOIN (SELECT 1 AS id WHERE 1) b ON b.id = a.id SET a.x = (SELECT MAX(y) FROM c WHERE c.id = a.id)", []],
    ["UPDATE a SET x = (SELECT y FROM b WHERE b.id = a.id)", ["update-without-where"]],
    ["WITH old AS (SELECT id FROM a WHERE x) DELETE FROM a WHERE id IN (SELECT id FROM old)", []],
    ["INSERT INTO a (x) SELECT b.x FROM b LEFT JOIN a ON a.x = b.x WHERE a.x IS NULL", []],
    ["INSERT INTO a (x, y) VALUES (1, 'ON DUPLICATE KEY UPDATE')", ["plain-insert"]],
    ["INSERT INTO `a`(`x`) VALUES(1)ON DUPLICATE KEY UPDATE x=1", []],
    ["DROP FUNCTION IF EXISTS f; CREATE FUNCTION f() RETURNS int RETURN 1; DROP VIEW `v`; CREATE OR REPLACE VIEW V AS SELECT 1", []],
    ["DROP TRIGGER t", ["drop-view-or-routine"]],
    ["ALTER TABLE callbackLogs CHANGE callback_date callback_date DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL COMMENT '(DC2Type:x)'", ["change-type"]],
    ["CALL add_table_column('users', 'a', 'VARCHAR(10) NOT NULL'); CALL `drop_foreign_key`('a', 'b'); call rename_index('a','b','c')", ["not-null-without-default"]],
    ["CALL add_table_column('users', 'id_x', 'INT NULL'); CALL add_foreign_key('users', 'fk', 'id_x', 'x (id)');", ["copies-table"]],
    ["ALTER TABLE users ADD id_x int NULL, ADD CONSTRAINT FOREIGN KEY (id_x) REFERENCES x (id) ON DELETE SET NULL", ["copies-table"]],
    ["SET FOREIGN_KEY_CHECKS=0; CREATE TABLE a (id int); SET FOREIGN_KEY_CHECKS=@OLD", []],
    ["ALTER TABLE users ADD COLUMN `use` int NULL; SELECT `use` FROM users", []],
    ["SELECT * FROM a WHERE b IN (SELECT c.d FROM c); SELECT TRIM(BOTH ' ' FROM a.b) FROM a", []],
    ["UPDATE `other`.`users` SET a = 1 WHERE id = 1", ["other-database"]],
    ["CREATE TABLE a (id int, KEY (id)) ENGINE=InnoDB DEFAULT CHARACTER SET = 'utf8'", ["charset"]],
    ["CREATE TABLE a (id int, t text CHARACTER SET utf8mb4)", []],
    ["RENAME TABLE a TO b; RENAME TABLE b TO c", ["rename-table", "rename-table"]],
    ["ALTER TABLE users ADD a int NULL; ALTER TABLE users CHANGE a b bigint NOT NULL DEFAULT 0; ALTER TABLE users DROP b", ["copies-table"]],
    ["ALTER TABLE users ORDER BY name, id; OPTIMIZE TABLE users; ANALYZE TABLE users", ["copies-table"]],
    ["START TRANSACTION; COMMIT; DO SLEEP(1); SHOW TABLES; EXPLAIN DELETE FROM users", []],
    ["SET STATEMENT max_statement_time=10 FOR DELETE FROM users", ["delete-without-where"]],
    ["DELIMITER //\nBEGIN NOT ATOMIC IF (SELECT 1) THEN DROP TABLE a; ELSE DELETE FROM b; END IF; WHILE 0 DO TRUNCATE c; END WHILE; END //", ["delete-without-where", "drop-table", "truncate-table"]],
    ["UPDATE LOW_PRIORITY IGNORE `other`.`a` SET b = 1 WHERE c", ["other-database"]],
    ["", []],
  ]; // prettier-ignore
  for (const [source, ids] of cases) it(source === "" ? "nothing" : source, () => assert.deepEqual(found(source).sort(), [...ids].sort()));
});

describe("what earlier scripts say of a column", () => {
  const base =
    "CREATE TABLE users (id int(11) NOT NULL, name varchar(50) NULL, age int unsigned NOT NULL DEFAULT 0, kind enum('a','b') NOT NULL);";

  it("tells a wider type from a narrower one", () => {
    assert.deepEqual(
      found("ALTER TABLE users MODIFY name varchar(60) NULL, MODIFY kind enum('a','b','c') NOT NULL, MODIFY id int NOT NULL", base),
      [],
    );
    assert.deepEqual(found("ALTER TABLE users MODIFY name varchar(40) NULL", base), ["change-type", "copies-table"]);
    assert.deepEqual(found("ALTER TABLE users MODIFY age int NOT NULL DEFAULT 0", base), ["change-type", "copies-table"]);
    assert.deepEqual(found("ALTER TABLE users MODIFY name text NULL", base), ["copies-table"]);
  });

  it("tells whether NOT NULL is new", () => {
    assert.deepEqual(found("ALTER TABLE users MODIFY age int unsigned NOT NULL DEFAULT 1", base), []);
    assert.deepEqual(found("ALTER TABLE users MODIFY name varchar(50) NOT NULL DEFAULT ''", base), ["not-null-without-default"]);
  });

  it("holds for the scripts that follow, and what one script made is old in the next", () => {
    const next = "41_update_v8.1.0_v8.2.0.sql";
    const findings = lintScripts([
      versioned("CREATE TABLE a (n varchar(9) NULL) CHARSET=utf8mb4;"),
      script("UPDATE version SET version='v8.2.0'; ALTER TABLE a MODIFY n varchar(8) NULL; DROP TABLE a;", next),
    ]);
    assert.deepEqual(
      findings.map(({ script: where, rule }) => [where, rule]),
      [
        [next, "change-type"],
        [next, "copies-table"],
        [next, "drop-table"],
      ],
    );
  });
});

describe("an acknowledgement", () => {
  const reason = "nobody reads it since v7";

  it("above a statement is for that statement", () => {
    const findings = lintScripts([versioned(`-- selfhelp:ack drop-table ${reason}\n-- and more\n\nDROP TABLE a;\nDROP TABLE b;`)]);
    assert.deepEqual(
      findings.map(({ line, acknowledged }) => [line, acknowledged]),
      [
        [5, reason],
        [6, undefined],
      ],
    );
  });

  it("above the first statement is for the whole file", () => {
    const source = `-- selfhelp:ack drop-table ${reason}\nUPDATE version SET version = 'v8.1.0';\nDROP TABLE a;\nDROP TABLE b;\nDROP VIEW c;`;
    assert.deepEqual(idsOf(lintScripts([script(source)])), ["drop-view-or-routine"]);
  });

  it("may be any kind of comment, with CRLF line ends, too", () => {
    for (const comment of [
      `# selfhelp:ack drop-table ${reason}`,
      `/* selfhelp:ack drop-table ${reason} */`,
      `  --  SELFHELP:ACK drop-table ${reason}  `,
    ])
      assert.deepEqual(idsOf(lintScripts([versioned(`${comment}\r\nDROP TABLE a;\r\n`)])), [], comment);
  });

  it("in the config is for a rule in a script", () => {
    const acknowledged = [{ rule: "drop-table", script: file, reason }];
    assert.equal(lintScripts([versioned("DROP TABLE a;")], { acknowledged })[0]?.acknowledged, reason);
  });

  it("is a finding itself without a reason, of an unknown rule, or of nothing that is found", () => {
    assert.deepEqual(found("-- selfhelp:ack drop-table\nDROP TABLE a;"), ["drop-table", "ack-without-reason"]);
    assert.deepEqual(found("-- selfhelp:ack\nSELECT 1;"), ["ack-unknown-rule"]);
    assert.deepEqual(found("-- selfhelp:ack drop-tabel because\nSELECT 1;"), ["ack-unknown-rule"]);
    assert.deepEqual(found("-- selfhelp:ack drop-table because\nSELECT 1;\nDROP TABLE a;"), ["drop-table", "ack-unused"]);
    assert.deepEqual(found("SELECT 1;\n-- selfhelp:ack drop-table because"), ["ack-unused"]);
    const acknowledged = [
      { rule: "drop-table", script: "41_update_v8.1.0_v8.2.0.sql", reason },
      { rule: "drop-table", script: file, reason: " " },
    ];
    assert.deepEqual(idsOf(lintScripts([versioned("DROP TABLE a;")], { acknowledged })), [
      "drop-table",
      "ack-unused",
      "ack-without-reason",
    ]);
  });

  it("is none inside a text or a routine", () => {
    assert.deepEqual(found("INSERT IGNORE INTO a VALUES ('\n-- selfhelp:ack drop-table because\n');"), []);
  });
});

describe("the scripts of a folder", () => {
  it("are looked at in the order of the chain, helper files last", () => {
    const files = ["api_routes.sql", "100_update_v9_v10.sql", "39a_update_v8_v9.sql", "9 wrong.sql", "39_update_v7_v8.sql"];
    assert.deepEqual(
      inOrder(files.map((name) => ({ file: name }))).map((one) => one.file),
      ["39_update_v7_v8.sql", "39a_update_v8_v9.sql", "100_update_v9_v10.sql", "9 wrong.sql", "api_routes.sql"],
    );
  });

  it("must be a chain: gaps, forks and wrong names are findings at their files", () => {
    const findings = chainFindings([
      "1_update_v1_v2.sql",
      "2_update_v2_v3.sql",
      "3_update_v2_v4.sql",
      "4_update_v5_v6.sql",
      "5_v6.sql",
      "helper.sql",
    ]);
    assert.deepEqual(
      findings.map(({ rule, script: where }) => [rule, where]),
      [
        ["chain", "3_update_v2_v4.sql"],
        ["chain", "4_update_v5_v6.sql"],
        ["chain", "5_v6.sql"],
      ],
    );
  });
});
