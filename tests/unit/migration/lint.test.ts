import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rulesDocument } from "../../../cli/lint/rules-document";
import { type Finding, lintScripts, type LintOptions } from "../../../components/migration/lint/lint";
import { ruleClasses } from "../../../components/migration/lint/rule";
import { rules } from "../../../components/migration/lint/rules";
import { projectFolder } from "../../../lab/places";

const lint = (content: string, options: LintOptions = {}): Finding[] => lintScripts([{ file: "script.sql", content }], options).findings;
const told = (content: string, options?: LintOptions): string[] =>
  lint(content, options).map(({ rule, acknowledged }) => (acknowledged === undefined ? rule : `(${rule}: ${acknowledged.reason})`));

describe("a finding", () => {
  it("stands where the change stands, also in a long statement behind comments and CRLF", () => {
    const [found] = lint("-- it's\r\nALTER TABLE users /* ; */\r\n  ADD a int NULL,\r\n  DROP COLUMN b;");
    assert.deepEqual([found?.rule, found?.line, found?.column], ["drop-column", 4, 3]);
  });

  it("says what is about to happen, to what, and what to do", () => {
    const [found] = lint("DROP TABLE `users`;");
    assert.equal(found?.message, 'the table "users" is dropped with its rows');
    assert.equal(found?.statement, "DROP TABLE `users`");
    assert.match(found?.instead ?? "", /Stop using the table in this release/);
  });

  it("is told for each of a statement's changes", () => {
    assert.deepEqual(told("ALTER TABLE users DROP a, DROP b, ADD c int NOT NULL;"), ["drop-column", "drop-column", "not-null"]);
  });
});

describe("a script that only adds, as most do, is silent", () => {
  for (const script of [
    "ALTER TABLE `users` ADD COLUMN IF NOT EXISTS `a` varchar(255) DEFAULT NULL, ADD INDEX IF NOT EXISTS `i` (`a`);",
    "CALL add_table_column('users', 'id_genders', 'INT DEFAULT NULL'); CALL add_index('users', 'IDX_1', 'id_genders', FALSE);",
    "DROP VIEW IF EXISTS view_users; CREATE VIEW view_users AS SELECT u.id FROM users u LEFT JOIN genders g ON g.id = u.id_genders;",
    "DELIMITER //\nDROP PROCEDURE IF EXISTS p//\nCREATE PROCEDURE p()\nBEGIN\n DELETE FROM users; DROP TABLE users; TRUNCATE logs;\nEND//\nDELIMITER ;",
    "INSERT IGNORE INTO lookups (type_code, code) VALUES ('A', 'drop table users; delete from users');",
    "CREATE TABLE IF NOT EXISTS a (id int NOT NULL AUTO_INCREMENT, t varchar(9) NOT NULL, PRIMARY KEY (id), UNIQUE KEY (t)) CHARSET=utf8mb4; ALTER TABLE a MODIFY t varchar(5), ADD CHECK (t > ''), RENAME TO b; INSERT INTO b (t) VALUES ('x'); UPDATE b SET t = 'y'; DROP TABLE b;",
    "SET @id = (SELECT id FROM pages WHERE keyword = 'x'); UPDATE pages SET url = '/x' WHERE id = @id; DELETE FROM acl WHERE id_pages = @id;",
    "UPDATE users SET name = 'x' WHERE id IN (SELECT id_users FROM b); SELECT * FROM users;",
    "START TRANSACTION; REPLACE INTO a (b) VALUES (1); COMMIT;",
    "SET FOREIGN_KEY_CHECKS = 0; DELETE FROM a WHERE b = 1; SET FOREIGN_KEY_CHECKS = 1;",
    "",
    "-- only a comment",
  ])
    it(JSON.stringify(script), () => assert.deepEqual(told(script), []));
});

describe("what another name hides is found", () => {
  it("in a CALL of the application's helpers", () => {
    assert.deepEqual(
      told("CALL drop_table_column('users', 'a'); CALL rename_table_column('users', 'a', 'b'); CALL drop_index('users', 'i');"),
      ["drop-column", "rename-column"],
    );
  });

  it("in a procedure that the script makes, calls and drops", () => {
    const script =
      "DELIMITER //\nCREATE PROCEDURE once() BEGIN IF 1 THEN ALTER TABLE users DROP COLUMN a; END IF; END//\nDELIMITER ;\nCALL once();\nDROP PROCEDURE once;";
    assert.deepEqual(
      lint(script).map(({ rule, line }) => [rule, line]),
      [["drop-column", 4]],
    );
  });

  it("in a text that is prepared", () => {
    assert.deepEqual(told("SET @s = IF(@n > 0, 'DROP TABLE users', 'DO 0'); PREPARE s FROM @s; EXECUTE s;"), ["drop-table"]);
    assert.deepEqual(told("EXECUTE IMMEDIATE 'TRUNCATE users';"), ["truncate"]);
  });

  it("in an executable comment", () => assert.deepEqual(told("/*!40000 DROP TABLE users */;"), ["drop-table"]));
});

describe("an acknowledgement", () => {
  const drop = "ALTER TABLE users DROP a;";

  it("is for the statement below it, for no other", () => {
    assert.deepEqual(told(`SELECT 1;\n\n-- selfhelp:ack drop-column unused since v7\n${drop}\n${drop}`), [
      "(drop-column: unused since v7)",
      "drop-column",
    ]);
    assert.deepEqual(told(`SELECT 1;\n# selfhelp:ack drop-column: x\n-- why\n${drop}`), ["(drop-column: x)"]);
    assert.deepEqual(told(`SELECT 1;\n/* selfhelp:ack drop-column x */ ${drop}`), ["(drop-column: x)"]);
  });

  it("is for the statement before it on the same line, and for the one that it stands in", () => {
    assert.deepEqual(told(`SELECT 1;\n${drop} -- selfhelp:ack drop-column x\n${drop}`), ["(drop-column: x)", "drop-column"]);
    assert.deepEqual(told("SELECT 1;\nALTER TABLE users\n -- selfhelp:ack drop-column x\n DROP a;"), ["(drop-column: x)"]);
  });

  it("is for the whole file at its head", () => {
    assert.deepEqual(told(`-- selfhelp:ack drop-column x\nSELECT 1;\n${drop}\n${drop}`), ["(drop-column: x)", "(drop-column: x)"]);
  });

  it("finds its statement behind a byte order mark, CRLF and other delimiters", () => {
    const script = `\uFEFFSELECT 1;\r\nDELIMITER //\r\nSELECT 2//\r\n-- selfhelp:ack drop-column x\r\nALTER TABLE users DROP a//\r\nDELIMITER ;\r\n`;
    assert.deepEqual(told(script), ["(drop-column: x)"]);
  });

  it("accepts one rule only", () => {
    assert.deepEqual(told(`SELECT 1;\n-- selfhelp:ack drop-column x\nALTER TABLE users DROP a, ADD b int NOT NULL;`), [
      "(drop-column: x)",
      "not-null",
    ]);
  });

  it("without a reason, of no rule, or of nothing is a finding itself, where it stands", () => {
    const found = lint(
      `SELECT 1;\n-- selfhelp:ack drop-column\n${drop}\n  -- selfhelp:ack drop-colum x\nSELECT 2;\n-- selfhelp:ack truncate x\nSELECT 3;\n-- selfhelp:ack truncate x`,
    );
    assert.deepEqual(
      found.map(({ rule, line, column }) => [rule, line, column]),
      [
        ["ack-reason", 2, 1],
        ["drop-column", 3, 19],
        ["ack-unknown", 4, 3],
        ["ack-unused", 6, 1],
        ["ack-unused", 8, 1],
      ],
    );
  });

  it("is no acknowledgement inside a text", () => {
    assert.deepEqual(told(`SELECT 1;\nINSERT IGNORE INTO a VALUES ('\n-- selfhelp:ack drop-column x\n');\n${drop}`), ["drop-column"]);
  });

  it("may stand in the stack's config, by rule and script; of scripts that are not looked at, nothing is said", () => {
    const acknowledged = [
      { rule: "drop-column", script: "script.sql", reason: "y" },
      { rule: "truncate", script: "other.sql", reason: "z" },
    ];
    assert.deepEqual(told(drop, { acknowledged }), ["(drop-column: y)"]);
    assert.deepEqual(told("SELECT 1;", { acknowledged }), ["ack-unused"]);
    assert.deepEqual(told(drop, { acknowledged: [{ rule: "drop-column", script: "script.sql", reason: " " }] }), [
      "ack-reason",
      "drop-column",
    ]);
  });
});

describe("scripts together", () => {
  const chain = [
    { file: "api_routes.sql", content: "INSERT IGNORE INTO api_routes VALUES (1);" },
    { file: "10_update_v1.9_v1.10.sql", content: "UPDATE version SET version = 'v1.10'; ALTER TABLE a MODIFY b varchar(20);" },
    { file: "9_update_v1.8_v1.9.sql", content: "UPDATE version SET version = 'v1.9'; CREATE TABLE a (b varchar(30)) CHARSET=utf8mb4;" },
  ];

  it("are looked at in the order of their numbers, helper files last, whatever order they come in", () => {
    assert.deepEqual(
      lintScripts(chain).scripts.map(({ file, isHelper }) => [file, isHelper]),
      [
        ["9_update_v1.8_v1.9.sql", false],
        ["10_update_v1.9_v1.10.sql", false],
        ["api_routes.sql", true],
      ],
    );
  });

  it("know what earlier ones defined", () => {
    const found = lintScripts(chain).findings.map(({ rule, script }) => `${rule} ${script}`);
    assert.deepEqual(found, ["narrow-column 10_update_v1.9_v1.10.sql", "copies-table 10_update_v1.9_v1.10.sql"]);
  });

  it("may have gaps when they are only some of a chain", () => {
    const some = [chain[1], { file: "12_update_v2_v3.sql", content: "UPDATE version SET version = 'v3';" }].flatMap((one) => one ?? []);
    assert.ok(lintScripts(some).findings.some(({ rule }) => rule === "chain"));
    assert.ok(!lintScripts(some, { chain: "part" }).findings.some(({ rule }) => rule === "chain"));
  });

  it("must be UTF-8", () => {
    const found = lintScripts([{ file: "a.sql", content: Buffer.from("INSERT IGNORE INTO a VALUES ('f\xfcr');", "latin1") }]).findings;
    assert.deepEqual(
      found.map(({ rule }) => rule),
      ["not-utf8"],
    );
  });

  it("must set their own lock_wait_timeout when they are run by hand, once each", () => {
    const script = "ALTER TABLE a ADD b int NULL; ALTER TABLE a ADD c int NULL;";
    assert.deepEqual(told(script, { lockTimeout: "script" }), ["lock-timeout"]);
    assert.deepEqual(told(`SET SESSION lock_wait_timeout = 5; ${script}`, { lockTimeout: "script" }), []);
    assert.deepEqual(told("ALTER TABLE a WAIT 5 ADD b int NULL;", { lockTimeout: "script" }), []);
  });
});

describe("docs/lint.md", () => {
  it("says what the rules say; if not: bin/selfhelp lint --rules > docs/lint.md", () => {
    assert.equal(readFileSync(join(projectFolder, "docs/lint.md"), "utf8"), rulesDocument(rules, ruleClasses));
  });
});
