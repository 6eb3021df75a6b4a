import assert from "node:assert/strict";
import { lintScripts } from "../../../components/migration/lint/lint";
import { scriptOf } from "../../../components/migration/script";
import { readStatement } from "../../../components/migration/sql/read";
import type { Sql } from "../../../components/migration/sql/statement";
import { tokens } from "../../../components/migration/sql/tokens";

const shown = (text: string): string[] => tokens(text).map(({ kind, text: one }) => `${kind} ${one}`);
const as = <Kind extends Sql["is"]>(kind: Kind, text: string): Extract<Sql, { is: Kind }> => {
  const sql = readStatement(text);
  assert.equal(sql.is, kind, text);
  return sql as Extract<Sql, { is: Kind }>;
};

describe("a statement's tokens", () => {
  it("are words, names, texts, numbers, variables and marks", () => {
    assert.deepEqual(shown("SELECT `a``b`, 'it''s', \"x\"\"y\", 'it\\'s\\n', 1.5e3, 0xFF, 2fa, @v, @@global.x, @`odd one` := 1"), [
      "word SELECT", "name a`b", "mark ,", "string it's", "mark ,", 'string x"y', "mark ,", "string it's\n", "mark ,", "number 1.5e3", "mark ,",
      "number 0xFF", "mark ,", "word 2fa", "mark ,", "variable @v", "mark ,", "variable @@global.x", "mark ,", "variable @`odd one`", "mark :=", "number 1",
    ]); // prettier-ignore
  });

  it("leave comments out, but what executable ones hold is code", () => {
    assert.deepEqual(
      shown("a/* ' */b -- it's\nc # \"\nd --\n e /*!50003 f */ /*M!100100 g /* h */ */ i"),
      "abcdefgi".split("").map((one) => `word ${one}`),
    );
    assert.deepEqual(shown("5--1"), ["number 5", "mark -", "mark -", "number 1"]);
  });

  it("of a text that never ends reach to the end", () => {
    assert.deepEqual(shown("'a; b"), ["string a; b"]);
    assert.deepEqual(shown("a /* b"), ["word a"]);
    assert.deepEqual(shown("`a\\"), ["name a\\"]);
  });
});

describe("a statement is read", () => {
  it("CREATE TABLE with columns, keys and options", () => {
    const created = as(
      "create table",
      "CREATE TABLE IF NOT EXISTS `db`.`t` (`id` int(11) unsigned NOT NULL AUTO_INCREMENT, price decimal(10,2) DEFAULT '0,(', `key` enum('a,b','c') CHARACTER SET latin1 NULL, PRIMARY KEY (`id`), UNIQUE KEY u (price, `key`(3)), CONSTRAINT c FOREIGN KEY (id) REFERENCES x (y) ON DELETE CASCADE, CHECK (price > 0)) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COMMENT='x CHARSET=utf8'",
    );
    assert.deepEqual(created.table, { schema: "db", name: "t" });
    assert.deepEqual(
      created.columns.map(({ name, type, arguments: given, nullable, hasDefault, charset }) => [
        name,
        type,
        given.join("|"),
        nullable,
        hasDefault,
        charset,
      ]),
      [
        ["id", "int", "11", false, true, undefined],
        ["price", "decimal", "10|2", true, true, undefined],
        ["key", "enum", "a,b|c", true, false, "latin1"],
      ],
    );
    assert.deepEqual(
      created.keys.map(({ kind, name, columns, references }) => [kind, name, columns.join(), references?.name]),
      [
        ["primary", undefined, "id", undefined],
        ["unique", "u", "price,key", undefined],
        ["foreign", "c", "id", "x"],
        ["check", undefined, "", undefined],
      ],
    );
    assert.deepEqual(created.options, { ENGINE: "InnoDB", AUTO_INCREMENT: "5", CHARSET: "utf8mb4", COMMENT: "x CHARSET=utf8" });
  });

  it("CREATE TABLE from another table", () => {
    assert.equal(as("create table", "CREATE TABLE a LIKE b").from, "like");
    assert.equal(as("create table", "CREATE TABLE a (LIKE b)").from, "like");
    for (const text of [
      "CREATE TABLE a AS SELECT 1",
      "CREATE TABLE a SELECT 1",
      "CREATE TABLE a (id int) ENGINE=InnoDB AS SELECT 1",
      "CREATE TABLE a (SELECT 1)",
    ])
      assert.equal(as("create table", text).from, "select", text);
    assert.equal(as("create table", "CREATE TEMPORARY TABLE a (id int)").temporary, true);
  });

  it("ALTER TABLE with every action of a list", () => {
    const { actions } = as(
      "alter table",
      "ALTER ONLINE IGNORE TABLE IF EXISTS t ADD a int, ADD COLUMN (b int, c char), DROP d, DROP COLUMN IF EXISTS e, CHANGE f g int, MODIFY COLUMN h text, RENAME COLUMN i TO j, ALTER k SET DEFAULT 1, ALTER COLUMN l DROP DEFAULT, ADD UNIQUE (m), DROP INDEX n, DROP FOREIGN KEY o, DROP PRIMARY KEY, RENAME INDEX p TO q, RENAME TO r, CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, ENGINE=InnoDB, ORDER BY s, DISABLE KEYS",
    );
    assert.deepEqual(
      actions.map(({ does }) => does),
      [
        "add column", "add column", "add column", "drop column", "drop column", "change column", "change column", "rename column", "set default",
        "drop default", "add key", "drop key", "drop key", "drop key", "rename key", "rename table", "convert", "set options", "order", "something else",
      ],
    ); // prettier-ignore
  });

  it("UPDATE and DELETE of several tables", () => {
    const tables = (text: string): string[] => {
      const sql = readStatement(text);
      assert.ok(sql.is === "update" || sql.is === "delete");
      return sql.tables.map(({ name }) => name);
    };
    assert.deepEqual(tables("UPDATE a x JOIN b AS y ON x.id = y.id SET x.n = 1"), ["a"]);
    assert.deepEqual(tables("UPDATE a, b SET n = 1"), ["a", "b"]);
    assert.deepEqual(tables("DELETE x, b FROM a AS x LEFT JOIN b ON 1"), ["a", "b"]);
    assert.deepEqual(tables("DELETE QUICK FROM a, b USING a JOIN b USING (id)"), ["a", "b"]);
    assert.deepEqual(tables("DELETE FROM a"), ["a"]);
  });

  it("SET with its scopes", () => {
    const { assignments } = as("set", "SET @a = 1, SESSION b = 2, @@global.c = 3, d := 'x', @@session.e = DEFAULT, PERSIST f = 1");
    assert.deepEqual(
      assignments.map(({ scope, name }) => `${scope} ${name}`),
      ["user a", "session b", "global c", "session d", "session e", "global f"],
    );
  });

  it("what is no statement at all, as something else", () => {
    for (const text of ["", ";", "DROP", "ALTER TABLE", "CREATE TABLE", "INSERT INTO", "RENAME", ")))", "SET", "CALL", "source x", "🙂"])
      readStatement(text);
    assert.equal(readStatement("ALTER TABEL a ADD b int").is, "other");
  });
});

describe("whatever a script holds", () => {
  const pieces =
    "ALTER|TABLE|`t`|ADD|COLUMN|DROP|a|(|)|,|int|NOT|NULL|DEFAULT|'x'|'|\"|`|;|\\|@|@@|/*|*/|/*!50000|-- |#|\n|UPDATE|SET|=|WHERE|DELETE|FROM|JOIN|ON|INSERT|INTO|VALUES|SELECT|CREATE|PROCEDURE|VIEW|DEFINER|RENAME|TO|CALL|drop_table_column|PREPARE|.|1|0x|-|KEY|PRIMARY|UNIQUE|CHECK|REFERENCES|IF|EXISTS|LIKE|USING|CHARSET|utf8|MODIFY|CHANGE|CONVERT|WITH|AS|é|🙂|\u0000|\uD800".split(
      "|",
    );

  it("tokens and statements are read without an error, and the lint looks at them", () => {
    let state = 1;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let round = 0; round < 20_000; round++) {
      const glue = random(4) === 0 ? "" : " ";
      const text = Array.from({ length: 1 + random(25) }, () => pieces[random(pieces.length)]).join(glue);
      for (const { at, end } of tokens(text)) assert.ok(end > at && end <= text.length, JSON.stringify(text));
      readStatement(text);
      if (round % 10 === 0) lintScripts([scriptOf({ file: "1_update_v1_v2.sql", from: "v1", to: "v2" }, Buffer.from(text))]);
    }
  });

  it("however long it is, in reasonable time", () => {
    const started = performance.now();
    for (const text of [
      "(".repeat(50_000),
      "'".repeat(50_001),
      "/*".repeat(50_000),
      "/*!".repeat(20_000),
      "a ".repeat(50_000),
      `INSERT INTO a VALUES ${"(1, 'x'),".repeat(30_000)}(2)`,
      `ALTER TABLE a ${"ADD b int,".repeat(3_000)}`,
      "- ".repeat(50_000),
    ])
      readStatement(text);
    assert.ok(performance.now() - started < 5_000);
  });
});
