import assert from "node:assert/strict";
import { dialectOf } from "../../../database/dialect";

describe("what a server is told in its own words", () => {
  const words = (version: string): unknown[] => {
    const { name, readRoutines, actForOthers, runsBlocks } = dialectOf(version);
    const { privileges, database, table } = readRoutines;
    return [name, `${privileges.join()} ON ${database}.${table}`, actForOthers, runsBlocks];
  };

  it("depends on whose it is, and on MySQL on its version", () => {
    assert.deepEqual(words("10.11.6-MariaDB-0+deb12u1"), ["MariaDB", "SELECT ON mysql.proc", "SET USER", true]);
    assert.deepEqual(words("5.5.5-10.11.6-MariaDB"), ["MariaDB", "SELECT ON mysql.proc", "SET USER", true]);
    assert.deepEqual(words("5.7.44-log"), ["MySQL", "SELECT ON mysql.proc", "SUPER", false]);
    assert.deepEqual(words("8.0.19"), ["MySQL", "SELECT ON *.*", "SET_USER_ID, SYSTEM_USER", false]);
    assert.deepEqual(words("8.0.36-0ubuntu0.22.04.1"), ["MySQL", "SHOW_ROUTINE ON *.*", "SET_USER_ID, SYSTEM_USER", false]);
    for (const version of ["8.4.0", "9.7.4-2"])
      assert.deepEqual(words(version), ["MySQL", "SHOW_ROUTINE ON *.*", "SET_ANY_DEFINER, SYSTEM_USER", false]);
  });

  it("limits a statement in seconds or in milliseconds", () => {
    assert.deepEqual(dialectOf("11.4.2-MariaDB").statementLimit(2), { sql: "SET SESSION max_statement_time = ?", values: [2] });
    assert.deepEqual(dialectOf("8.4.0").statementLimit(2), { sql: "SET SESSION max_execution_time = ?", values: [2000] });
  });

  it("is let trust who makes functions for longer than until it is restarted, where it can keep that", () => {
    const [persist, global] = ["PERSIST", "GLOBAL"].map((scope) => `SET ${scope} log_bin_trust_function_creators = ON;`);
    assert.deepEqual(
      ["8.0.11", "9.7.4-2", "5.7.44-log", "10.11.6-MariaDB"].map((version) => dialectOf(version).trustCreators),
      [persist, persist, global, global],
    );
  });
});
