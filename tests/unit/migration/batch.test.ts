import assert from "node:assert/strict";
import { batchAt, block, ownsTransactions } from "../../../components/migration/batch";
import { type Script, scriptOf } from "../../../components/migration/script";

const script = (...statements: string[]): Script =>
  scriptOf({ file: "40_update_v8.0.0_v8.1.0.sql", from: "v8.0.0", to: "v8.1.0" }, Buffer.from(statements.join("\n;")));
const together = (index: number, size: number, ...statements: string[]): string[] =>
  batchAt(script(...statements), index, size).map(({ text }) => text);

describe("small statements that travel together", () => {
  it("only add rows, follow each other, and are no more than asked for", () => {
    const statements = ["INSERT 1", "insert 2", "INSERT 3", "REPLACE 4", "ALTER TABLE t ADD a int", "INSERT 6"];
    assert.deepEqual(together(0, 16, ...statements), ["INSERT 1", "insert 2", "INSERT 3", "REPLACE 4"]);
    assert.deepEqual(together(1, 2, ...statements), ["insert 2", "INSERT 3"]);
    assert.deepEqual(together(4, 16, ...statements), []);
    assert.deepEqual(together(5, 16, ...statements), ["INSERT 6"]);
  });

  it("are none that may take long, since a cancel waits for all of them", () => {
    for (const slow of ["UPDATE t SET a = 1", "DELETE FROM t", "INSERT INTO t\nSELECT * FROM u", "REPLACE INTO t SELECT 1"])
      assert.deepEqual(together(0, 16, "INSERT 1", slow, "INSERT 3"), ["INSERT 1"]);
  });

  it("never stand between a statement and one that asks about it", () => {
    assert.deepEqual(together(0, 16, "INSERT 1", "INSERT 2", "SELECT ROW_COUNT()"), ["INSERT 1"]);
    assert.deepEqual(together(0, 16, "INSERT 1", "INSERT INTO t VALUES (ROW_COUNT())", "INSERT 3"), []);
  });

  it("are small", () => {
    assert.deepEqual(together(0, 16, "INSERT 1", `INSERT '${"x".repeat(5000)}'`), ["INSERT 1"]);
  });

  it("have a transaction each, with its mark in the ledger", () => {
    const batch = batchAt(script("INSERT 1 -- why", "INSERT 2"), 0, 16);
    assert.equal(
      block(batch, ["MARK 1", "MARK 2"]),
      "BEGIN NOT ATOMIC\nSTART TRANSACTION; INSERT 1 -- why\n; MARK 1; COMMIT;\nSTART TRANSACTION; INSERT 2\n; MARK 2; COMMIT;\nEND",
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
