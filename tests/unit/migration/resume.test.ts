import assert from "node:assert/strict";
import type { LedgerRow } from "../../../components/migration/ledger";
import { continuation } from "../../../components/migration/resume";
import { checksumOfFirst, type Script, scriptOf } from "../../../components/migration/script";

const file = "40_update_v8.0.0_v8.1.0.sql";
const script = (...statements: string[]): Script => scriptOf({ file, from: "v8.0.0", to: "v8.1.0" }, Buffer.from(statements.join(";\n")));
const row = (of: Script, done: number, over: Partial<LedgerRow> = {}): LedgerRow => ({
  id: 1,
  script: file,
  from_version: "v8.0.0",
  to_version: "v8.1.0",
  checksum: of.checksum,
  commit_id: null,
  operator: null,
  statements: of.statements,
  done,
  done_checksum: checksumOfFirst(of, done),
  state: "failed",
  error: "error 1064",
  backup: "b1",
  finished_at: null,
  ...over,
});
/** What is said of a script that stopped behind its first `done` statements. */
const problem = (done: number, ...statements: string[]): string | undefined => {
  const one = script(...statements);
  const next = continuation(one, row(one, done));
  return "problem" in next ? next.problem : undefined;
};

describe("a script that stopped half way", () => {
  it("goes on behind what is done, with the settings that were made for the session", () => {
    const one = script(
      "SET NAMES utf8",
      "SET @a = 1, FOREIGN_KEY_CHECKS=0",
      "INSERT INTO t VALUES (1)",
      "/*!40101 SET SQL_MODE='' */",
      "SELECT 1",
    );
    const next = continuation(one, row(one, 4));
    assert.ok(!("problem" in next));
    assert.equal(next.done, 4);
    assert.deepEqual(
      next.repeat.map(({ text }) => text),
      ["SET NAMES utf8", "SET @a = 1, FOREIGN_KEY_CHECKS=0", "/*!40101 SET SQL_MODE='' */"],
    );
  });

  it("never sets anything for all sessions again", () => {
    const one = script("SET GLOBAL max_connections = 5", "SET PASSWORD = 'x'", "SELECT 1");
    assert.deepEqual(continuation(one, row(one, 2)), { done: 2, repeat: [], variables: {} });
  });

  it("goes on with a corrected rest, also when comments or the end of the file changed", () => {
    const before = row(script("INSERT 1", "INSERT 2", "broken"), 2);
    assert.deepEqual(continuation(script("-- why\nINSERT 1", "INSERT 2", "mended", "more"), before), {
      done: 2,
      repeat: [],
      variables: {},
    });
  });

  it("is refused when what is done was changed, or there is less of it", () => {
    const before = row(script("INSERT 1", "INSERT 2", "broken"), 2);
    for (const changed of [script("INSERT 1", "INSERT 3", "mended"), script("INSERT 1")]) {
      const next = continuation(changed, before);
      assert.ok("problem" in next);
      assert.equal(next.problem, "one of its first 2 statements, which have run already, was changed since");
    }
  });

  it("is refused while nobody has said how its last statement ended", () => {
    const one = script("INSERT 1", "INSERT 2", "INSERT 3");
    const next = continuation(one, row(one, 1, { state: "running" }));
    assert.ok("problem" in next);
    assert.match(next.problem, /interrupted in statement 2/);
    assert.match(next.remedy, /npx selfhelp migrations resolve 40_update_v8\.0\.0_v8\.1\.0\.sql --took-effect/);
    assert.deepEqual(continuation(one, row(one, 2, { done_checksum: "" })), { done: 2, repeat: [], variables: {} }, "a person said it");
  });

  it("goes on where only the record of its end is missing, or what a newer release has added behind it", () => {
    const whole = script("INSERT 1", "INSERT 2");
    const unrecorded = row(whole, 2, { state: "running", error: null });
    assert.deepEqual(continuation(whole, unrecorded), { done: 2, repeat: [], variables: {} });
    assert.deepEqual(continuation(script("INSERT 1", "INSERT 2", "INSERT 3"), unrecorded), { done: 2, repeat: [], variables: {} });
  });

  it("is refused when the rest needs a variable, a temporary or prepared thing, or a result of the lost session", () => {
    const end = "INSERT INTO t VALUES (1)";
    assert.match(
      problem(1, "SELECT MAX(id) INTO @last FROM t", end, "INSERT INTO t VALUES (@last + 1)") ?? "",
      /needs the variable @last, which ended/,
    );
    assert.match(problem(1, "SET @last = (SELECT MAX(id) FROM t)", "UPDATE t SET a = @last") ?? "", /@last/);
    assert.match(problem(1, "SELECT @n := 1", "SELECT @n") ?? "", /@n/);
    assert.match(problem(1, "CALL count_users(@n)", "SELECT @n") ?? "", /@n/);
    assert.match(problem(2, "SET @n = (SELECT 1)", "SET @m = @n", "SELECT @m") ?? "", /@n/);
    assert.match(
      problem(1, "CREATE TEMPORARY TABLE IF NOT EXISTS `old` (id int)", "INSERT INTO t SELECT * FROM old") ?? "",
      /temporary table old/,
    );
    assert.match(problem(1, "PREPARE p FROM 'SELECT 1'", "EXECUTE p") ?? "", /prepared statement p/);
    assert.match(problem(1, end, "INSERT INTO u VALUES (LAST_INSERT_ID())") ?? "", /LAST_INSERT_ID\(\)/);
    assert.match(problem(1, "DELETE FROM t", "SET @gone = ROW_COUNT()") ?? "", /the result of the one before it/);
  });

  it("goes on with the variables that were kept when it stopped there, and only there", () => {
    const one = script("SET @last = (SELECT MAX(id) FROM t)", "UPDATE t SET a = @last", "UPDATE t SET b = @last");
    const values = { last: { number: "7" } };
    const variables = JSON.stringify({ done: 1, values });
    assert.deepEqual(continuation(one, row(one, 1, { variables })), { done: 1, repeat: [], variables: values });
    for (const other of [row(one, 2, { variables }), row(one, 1, { variables: "{}" }), row(one, 1, { variables: "no JSON" })]) {
      const next = continuation(one, other);
      assert.ok("problem" in next, other.variables ?? "");
      assert.match(next.problem, /needs the variable @last, which ended/);
    }
  });

  it("isn't refused for what the rest has itself, or never uses", () => {
    assert.equal(problem(1, "SELECT MAX(id) INTO @last FROM t", "INSERT INTO t VALUES (1)", "SELECT @lastly, x.last"), undefined);
    assert.equal(problem(1, "CREATE TEMPORARY TABLE old (id int)", "INSERT INTO older VALUES (1)"), undefined);
    assert.equal(problem(1, "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)", "INSERT INTO u VALUES (LAST_INSERT_ID())"), undefined);
    assert.equal(problem(1, "CREATE PROCEDURE p() BEGIN SET @x = (SELECT 1) END", "SELECT @x"), undefined);
  });
});
