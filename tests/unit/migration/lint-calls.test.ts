import assert from "node:assert/strict";
import { lintScripts } from "../../../components/migration/lint/lint";
import { type Script, scriptOf } from "../../../components/migration/script";

const script = (file: string, source: string): Script => scriptOf({ file, from: "", to: "" }, Buffer.from(source));
const first = "40_update_v8.0.0_v8.1.0.sql";
const second = "41_update_v8.1.0_v8.2.0.sql";
const procedure = (text: string): string => `DELIMITER //\nCREATE PROCEDURE ${text} //\nDELIMITER ;\n`;
const run = (text: string): string => `SET @s = ${text}; PREPARE st FROM @s; EXECUTE st; DEALLOCATE PREPARE st;`;

/** "rule: message" of everything found in a script. */
const found = (source: string, earlier = ""): string[] =>
  lintScripts([script(first, `UPDATE version SET version = 'v8.1.0';\n${source}`)], { earlier: [script("base.sql", earlier)] }).map(
    ({ rule, message }) => `${rule}: ${message}`,
  );

const dropIfExists = procedure(`drop_column_if_exists(IN in_table VARCHAR(64), in_column VARCHAR(64))
BEGIN
  DECLARE n INT DEFAULT 0;
  SELECT COUNT(*) INTO n FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = in_table AND column_name = in_column;
  IF n > 0 THEN
    ${run("CONCAT('ALTER TABLE `', DATABASE(), '`.`', in_table, '` DROP COLUMN `', in_column, '`')")}
  END IF;
END`);

describe("a CALL does what the procedure's body does", () => {
  it("of a text that stands there, under a condition, too", () => {
    const body = `drop_x() BEGIN IF EXISTS (SELECT 1 FROM information_schema.columns) THEN ${run("'ALTER TABLE users DROP COLUMN y'")} END IF; END`;
    assert.deepEqual(found(`${procedure(body)}CALL drop_x();`), [
      "drop-column: drops users.y with all values (drop_x, 40_update_v8.0.0_v8.1.0.sql:3)",
    ]);
    assert.deepEqual(found(procedure(body)), [], "nobody calls it");
  });

  it("of a text that is put together from its arguments, made in an earlier script; at the CALL's place", () => {
    const calls = "SET @t = 'pages';\nCALL drop_column_if_exists('users', 'y');\nCALL `drop_column_if_exists`(@t, CONCAT('a', '_b'));";
    const findings = lintScripts([
      script(first, `UPDATE version SET version = 'v8.1.0';\n${dropIfExists}`),
      script(second, `UPDATE version SET version = 'v8.2.0';\n${calls}`),
    ]);
    assert.deepEqual(
      findings.map(({ rule, script: where, line, message }) => [rule, where, line, message]),
      [
        ["drop-column", second, 3, `drops users.y with all values (drop_column_if_exists, ${first}:8)`],
        ["drop-column", second, 4, `drops pages.a_b with all values (drop_column_if_exists, ${first}:8)`],
      ],
    );
  });

  it("of every kind of statement in it, of procedures that it calls, and of EXECUTE IMMEDIATE", () => {
    const inner = procedure(
      "add_key(t VARCHAR(64), r VARCHAR(64)) MODIFIES SQL DATA COMMENT 'x' EXECUTE IMMEDIATE CONCAT('ALTER TABLE ', t, ' ADD FOREIGN KEY (a) REFERENCES ', r)",
    );
    const outer = procedure(
      "p(r VARCHAR(64)) main: BEGIN DELETE FROM roles; CALL add_key('users', CONCAT(r, ' (id)')); TRUNCATE logs; END main",
    );
    assert.deepEqual(found(`CALL p('groups');`, inner + outer), [
      "delete-without-where: deletes every row of roles (p, base.sql:5)",
      "add-foreign-key: binds users.a to groups (add_key, base.sql:2)",
      "truncate-table: empties logs (p, base.sql:5)",
    ]);
  });

  it("only as far as its arguments let it", () => {
    const add = procedure(`add_index(t VARCHAR(64), c VARCHAR(64), is_unique BOOLEAN)
      BEGIN ${run("CONCAT('CREATE ', IF(is_unique, 'UNIQUE ', ''), 'INDEX i ON ', t, ' (', c, ')')")} END`);
    assert.deepEqual(found("CALL add_index('users', 'name', FALSE)", add), []);
    assert.match(found("CALL add_index('users', 'name', TRUE)", add)[0] ?? "", /^add-unique: lets users hold each name only once/);
    assert.match(found("CALL add_index('users', 'name', @n)", add)[0] ?? "", /^add-unique/, "it may be");
    const by = procedure(`change(what VARCHAR(9)) BEGIN
      IF what = 'drop' THEN DROP TABLE a; ELSEIF what IS NULL THEN DROP TABLE b; ELSE CASE what WHEN 'empty' THEN TRUNCATE a; ELSE DELETE FROM a; END CASE; END IF; END`);
    const rules = (argument: string): string[] => found(`CALL change(${argument})`, by).map((one) => one.replace(/ \(.*/, ""));
    assert.deepEqual(rules("'drop'"), ["drop-table: drops a with all rows"]);
    assert.deepEqual(rules("NULL"), ["drop-table: drops b with all rows"]);
    assert.deepEqual(rules("'empty'"), ["truncate-table: empties a"]);
    assert.deepEqual(rules("'x'"), ["delete-without-where: deletes every row of a"]);
    assert.equal(rules("(SELECT name FROM t)").length, 4, "nobody knows");
  });

  it("and is unseen, once, where a text comes from the database; with what can be seen", () => {
    const clean = procedure(`clean() BEGIN
  DECLARE is_done INT DEFAULT FALSE; DECLARE t VARCHAR(64);
  DECLARE c CURSOR FOR SELECT table_name FROM information_schema.tables;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET is_done = TRUE;
  OPEN c;
  each_one: LOOP FETCH c INTO t; IF is_done THEN LEAVE each_one; END IF;
    ${run("CONCAT('DROP TABLE ', t)")}
    ${run("CONCAT('DROP VIEW ', t)")}
  END LOOP;
  DELETE FROM roles;
END`);
    assert.deepEqual(found(`${clean}CALL clean();`), [
      `unseen-sql: what this CALL does can't be seen (clean, ${first}:9)`,
      `delete-without-where: deletes every row of roles (clean, ${first}:12)`,
    ]);
    const [finding] = lintScripts([script("a.sql", "CALL clean();")], { earlier: [script("base.sql", clean)] });
    assert.deepEqual([finding?.class, finding?.breaksOldCode], ["unreadable", false], "it stops no deployment");
  });

  it("with the values that variables have then: those of either branch, none that a loop changes, OUT parameters", () => {
    const either =
      "p(n INT) BEGIN IF (SELECT COUNT(*) FROM t) THEN SET @s = 'DROP TABLE a'; ELSE SET @s = 'DROP TABLE b'; END IF; PREPARE s FROM @s; END";
    assert.deepEqual(
      found("CALL p(1)", procedure(either)).map((one) => one.slice(0, 27)),
      ["drop-table: drops a with al", "drop-table: drops b with al"],
    );
    const loop = "p() BEGIN SET @s = ''; WHILE @n > 0 DO SET @s = CONCAT(@s, 'x'); SET @n = @n - 1; END WHILE; PREPARE s FROM @s; END";
    assert.match(found("SET @n = 3; CALL p()", procedure(loop)).join(), /^unseen-sql/);
    const out = "name_it(OUT t VARCHAR(9)) SET t = 'users'";
    assert.deepEqual(found("CALL name_it(@t); SET @s = CONCAT('DROP TABLE ', @t); PREPARE s FROM @s;", procedure(out)), [
      "drop-table: drops users with all rows",
    ]);
    assert.match(
      found("SET @t = 'a'; CALL other(@t); SET @s = CONCAT('DROP TABLE ', @t); PREPARE s FROM @s;").join(),
      /^prepared-statement/,
    );
  });

  it("as it was made last, and not when it was dropped", () => {
    const [one, other] = [procedure("p() DROP TABLE a"), procedure("p() TRUNCATE a")];
    const again = `DROP PROCEDURE IF EXISTS p;\n${other}`;
    assert.match(found(`${again}CALL p();`, one).join(), /^truncate-table[^,]*, 40_update_v8.0.0_v8.1.0.sql:4\)$/);
    assert.match(found(other.replace("CREATE", "CREATE OR REPLACE") + "CALL p();", one).join(), /^truncate-table/);
    assert.match(found(other.replace("PROCEDURE", "PROCEDURE IF NOT EXISTS") + "CALL p();", one).join(), /^drop-table/);
    assert.deepEqual(found("DROP PROCEDURE p; CALL p();", one), ["drop-view-or-routine: drops the procedure p"]);
  });

  it("knows the application's helpers by their names where their bodies don't tell", () => {
    const hidden = procedure("drop_table_column(t VARCHAR(64), c VARCHAR(64)) BEGIN SELECT x INTO @s FROM y; PREPARE s FROM @s; END");
    assert.deepEqual(found("CALL drop_table_column('users', 'age')", hidden), ["drop-column: drops users.age with all values"]);
    assert.deepEqual(found("SET @t = 'users'; CALL drop_table_column(@t, 'age')"), ["drop-column: drops users.age with all values"]);
  });

  it("ends, whatever procedures call each other", () => {
    const calls = Array.from({ length: 9 }, () => "CALL p();").join(" ");
    assert.deepEqual(found(`${procedure(`p() BEGIN ${calls} END`)}CALL p();`), [
      `unseen-sql: what this CALL does can't be seen (p, ${first}:3)`,
    ]);
  });
});

describe("a text that the script itself puts together", () => {
  const prepared = (text: string): string[] => found(run(text)).map((one) => one.replace(/:.*/, ""));

  it("is read from CONCAT, REPLACE, CASE and the like, and from any branch that may be it", () => {
    for (const text of [
      "CONCAT('DROP ', 'TABLE ', LOWER('A'))",
      "CONCAT_WS(' ', 'DROP', NULL, 'TABLE', 'a')",
      "REPLACE('DROP TABLE ?', '?', 'a')",
      "CASE WHEN (SELECT COUNT(*) FROM a) > 0 THEN 'DROP TABLE a' ELSE 'SELECT 1' END",
      "(SELECT IF(COUNT(*) = 0, 'SELECT 1', 'DROP TABLE a') FROM information_schema.tables)",
      "IF(@unknown AND TRUE, 'DO 0', 'DROP TABLE a')",
      "IFNULL(NULL, 'DROP TABLE a')",
    ])
      assert.deepEqual(prepared(text), ["drop-table"], text);
  });

  it("isn't the branch that can't be it", () => {
    for (const text of [
      "IF(1 > 2, 'DROP TABLE a', 'SELECT 1')",
      "IF(FALSE OR NULL, 'DROP TABLE a', 'DO 0')",
      "IF(NOT 1, 'DROP TABLE a', NULL)",
    ])
      assert.deepEqual(prepared(text), [], text);
  });

  it("is unreadable when it isn't known in whole", () => {
    for (const text of [
      "CONCAT('DROP TABLE ', @t)",
      "(SELECT GROUP_CONCAT('DROP TABLE ', name) FROM t)",
      "'DROP' + 1",
      "CONCAT('a', DATABASE() LIKE 'x')",
    ])
      assert.deepEqual(prepared(text), ["prepared-statement"], text);
  });
});
