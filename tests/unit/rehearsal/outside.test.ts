import assert from "node:assert/strict";
import { assertStaysInside } from "../../../components/rehearsal/outside";
import { scriptOf } from "../../../components/migration/script";

const file = "40_update_v8.0.0_v8.1.0.sql";
const live = { isLive: true, beside: ["selfhelp"] };
const own = { isLive: false, beside: ["staging"] };

const look = (statement: string, surroundings: { isLive: boolean; beside: string[] }, definition = "CREATE TABLE t (id int)"): void => {
  const script = scriptOf({ file, from: "v8.0.0", to: "v8.1.0" }, Buffer.from(`SELECT 1;\n${statement};`));
  assertStaysInside([{ script, done: 1, repeat: [] }], new Map([["table t", definition]]), surroundings);
};

describe("what a rehearsal runs on a copy", () => {
  it("names no other database of the server, wherever that is", () => {
    assert.throws(() => look("DELETE FROM selfhelp.users", live), new RegExp(`${file}:2 names a database or the server itself`));
    for (const statement of ["DELETE FROM staging.users", "INSERT INTO `staging`.t VALUES (1)", "USE staging", "DROP DATABASE staging"])
      assert.throws(
        () => look(statement, own),
        /:2 names a database; .*one of those that are on the same server \(staging\)[^]*rights on the copies alone/,
      );
    assert.throws(() => look("SELECT 2", own, "CREATE VIEW v AS SELECT 1 FROM `staging`.`t`"), /table t names a database/);
  });

  it("says nothing about the server itself where the live database is", () => {
    assert.throws(() => look("CREATE USER ann", live), /names a database or the server itself/);
    look("CREATE USER ann", own);
  });

  it("is everything where there is nothing else to reach", () => {
    for (const statement of ["DELETE FROM selfhelp.users", "USE selfhelp", "SET GLOBAL max_connections = 3"])
      look(statement, { isLive: false, beside: [] });
  });

  it("may call data what looks like a name", () => {
    for (const place of [live, own]) look("INSERT INTO t VALUES ('https://staging.example.org of selfhelp.users')", place);
  });
});
