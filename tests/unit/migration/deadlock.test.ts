import assert from "node:assert/strict";
import { Deadlocks } from "../../../components/migration/deadlock";
import { type Script, scriptOf } from "../../../components/migration/script";
import { StatementFailed } from "../../../database/errors";

const script = (...statements: string[]): Script =>
  scriptOf(
    { file: "40_update_v8.0.0_v8.1.0.sql", from: "v8.0.0", to: "v8.1.0" },
    Buffer.from(statements.join("\n//\n").replace(/^/, "DELIMITER //\n")),
  );
const deadlock = new StatementFailed(1213, "40001", "Deadlock found when trying to get lock; try restarting transaction");
const goesOn = (error: unknown, ...statements: string[]): boolean =>
  new Deadlocks(script(...statements), () => undefined).goesOnAfter(error, 0);

describe("a statement that was undone to end a deadlock", () => {
  it("is sent again when it is one that changes rows", () => {
    for (const statement of ["INSERT INTO t VALUES (1)", "replace into t select 1", "UPDATE t SET a = 1", "DELETE FROM t"])
      assert.ok(goesOn(deadlock, statement), statement);
  });

  it("isn't when more than itself was undone, or less", () => {
    assert.ok(!goesOn(deadlock, "UPDATE t SET a = 1", "START TRANSACTION", "COMMIT"));
    assert.ok(!goesOn(deadlock, "UPDATE t SET a = 1", "SET autocommit = 0"));
    for (const statement of ["CALL p()", "UPDATE t SET a = 1; UPDATE t SET b = 2", "ALTER TABLE t ADD a int", "/*! UPDATE t SET a = 1 */"])
      assert.ok(!goesOn(deadlock, statement), statement);
  });

  it("isn't when it would not do the same once more", () => {
    for (const statement of [
      "UPDATE t SET a = (@i := @i + 1)",
      "INSERT INTO t VALUES (LAST_INSERT_ID()), (2)",
      "INSERT INTO t VALUES (ROW_COUNT())",
    ])
      assert.ok(!goesOn(deadlock, statement), statement);
  });

  it("isn't for any other reason", () => {
    assert.ok(!goesOn(new StatementFailed(1205, "HY000", "Lock wait timeout exceeded"), "UPDATE t SET a = 1"));
    assert.ok(!goesOn(new Error("Deadlock"), "UPDATE t SET a = 1"));
  });

  it("is sent three times more, counted for each", () => {
    const said: string[] = [];
    const deadlocks = new Deadlocks(script("UPDATE t SET a = 1", "UPDATE t SET a = 2"), (text) => said.push(text));
    assert.deepEqual(
      [0, 0, 0, 0].map((sent) => deadlocks.goesOnAfter(deadlock, sent)),
      [true, true, true, false],
    );
    assert.ok(deadlocks.goesOnAfter(deadlock, 1));
    assert.equal(
      said.at(-1),
      "40_update_v8.0.0_v8.1.0.sql:4: the server undid statement 2 to end a deadlock with another session; it is sent again (1 of at most 3 times)",
    );
  });
});
