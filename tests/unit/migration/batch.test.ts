import assert from "node:assert/strict";
import { batchAt, block, ownsTransactions } from "../../../components/migration/batch";
import { type Script, scriptOf } from "../../../components/migration/script";

const script = (...statements: string[]): Script =>
  scriptOf({ file: "40_update_v8.0.0_v8.1.0.sql", from: "v8.0.0", to: "v8.1.0" }, Buffer.from(statements.join("\n;")));
const together = (index: number, ...statements: string[]): string[] => batchAt(script(...statements), index).map(({ text }) => text);

describe("small statements that travel together", () => {
  it("only add or change the rows that they name, and follow each other", () => {
    const rows = ["insert 2", "UPDATE t SET a = 1 WHERE id = 3", "REPLACE 4", "DELETE FROM `s`.`t` WHERE id = 5"];
    const statements = ["INSERT 1", ...rows, "ALTER TABLE t ADD a int", "INSERT 7"];
    assert.deepEqual(together(0, ...statements), ["INSERT 1", ...rows]);
    assert.deepEqual(together(1, ...statements), rows);
    assert.deepEqual(together(5, ...statements), []);
    assert.deepEqual(together(6, ...statements), ["INSERT 7"]);
    assert.equal(together(0, ...Array.from({ length: 200 }, (_, index) => `INSERT ${index}`)).length, 64);
  });

  it("are none that may take long, which have the session to themselves", () => {
    for (const slow of [
      "UPDATE t SET a = 1",
      "DELETE FROM t",
      "UPDATE t, u SET t.a = u.a WHERE t.id = u.id",
      "DELETE t FROM t JOIN u WHERE t.id = u.id",
      "UPDATE t SET a = (SELECT 1) WHERE id = 1",
      "INSERT INTO t\nSELECT * FROM u",
      "REPLACE INTO t SELECT 1",
    ])
      assert.deepEqual(together(0, "INSERT 1", slow, "INSERT 3"), ["INSERT 1"], slow);
  });

  it("never stand between a statement and one that asks about it", () => {
    assert.deepEqual(together(0, "INSERT 1", "INSERT 2", "SELECT ROW_COUNT()"), ["INSERT 1"]);
    assert.deepEqual(together(0, "INSERT 1", "INSERT INTO t VALUES (ROW_COUNT())", "INSERT 3"), []);
  });

  it("are small, one each, and answer with no rows", () => {
    assert.deepEqual(together(0, "INSERT 1", `INSERT '${"x".repeat(5000)}'`), ["INSERT 1"]);
    assert.deepEqual(together(0, "INSERT 1", "INSERT INTO t VALUES (1) RETURNING id"), ["INSERT 1"]);
    const several = scriptOf(
      { file: "40_update_v8.0.0_v8.1.0.sql", from: "", to: "" },
      Buffer.from("DELIMITER //\nINSERT 'a;b'//\nINSERT 1; COMMIT//"),
    );
    assert.deepEqual(
      batchAt(several, 0).map(({ text }) => text),
      ["INSERT 'a;b'"],
    );
  });

  it("have a transaction each, with its mark in the ledger", () => {
    const text = block(batchAt(script("INSERT 1 -- why", "INSERT 2"), 0), 7, ["MARK 7", "MARK 8"]);
    for (const [number, statement] of [
      [7, "INSERT 1 -- why"],
      [8, "INSERT 2"],
    ])
      assert.match(
        text,
        new RegExp(`SET @selfhelp_at = ${number}; START TRANSACTION; ${statement}\\n; IF .* END IF; MARK ${number}; COMMIT;`),
      );
  });
});

describe("a script that has transactions or locks of its own", () => {
  it("is recognised by its statements, not by words in them", () => {
    for (const one of [
      "START TRANSACTION",
      "begin",
      "COMMIT",
      "SET autocommit=0",
      "SET NAMES utf8, @@autocommit = 0",
      "LOCK TABLES t WRITE",
      "/*!40000 LOCK TABLES t READ */",
    ])
      assert.ok(ownsTransactions(script("INSERT 1", one)), one);
    for (const one of ["INSERT 'COMMIT'", "SET @x = 'autocommit'", "CREATE PROCEDURE p() BEGIN COMMIT", "SELECT 'LOCK TABLES'"])
      assert.ok(!ownsTransactions(script("INSERT 1", one)), one);
  });
});
