import assert from "node:assert/strict";
import type { LedgerRow } from "../../../components/migration/ledger";
import { resolved } from "../../../components/migration/resolve";

const row = (state: LedgerRow["state"]): LedgerRow =>
  ({ script: "40.sql", state, done: 2, statements: 5, done_checksum: "sha256:2" }) as LedgerRow;

describe("what a person says of a script that stopped", () => {
  it("moves the place where it goes on: behind the statement that took effect, or at the one that didn't", () => {
    assert.deepEqual(resolved(row("running"), "took effect"), { state: "failed", done: 3, done_checksum: "" });
    assert.deepEqual(resolved(row("running"), "no effect"), { state: "failed", done: 2, done_checksum: "sha256:2" });
  });

  it("ends it when the rest was done by hand, however it stopped", () => {
    for (const state of ["running", "failed"] as const)
      assert.deepEqual(resolved(row(state), "by hand"), { state: "resolved", done: 5, done_checksum: "" });
  });

  it("is refused where nothing is open", () => {
    assert.deepEqual(resolved(row("applied"), "by hand"), { problem: "40.sql is done already (applied)" });
    assert.match((resolved(row("failed"), "took effect") as { problem: string }).problem, /how statement 3 of 40\.sql ended is known/);
  });
});
