import assert from "node:assert/strict";
import { changedScripts, scriptDifference } from "../../../components/migration/changed";
import type { LedgerRow } from "../../../components/migration/ledger";
import { checksumOfFirst, type Script, scriptOf } from "../../../components/migration/script";

const file = "40_update_v8.0.0_v8.1.0.sql";
const script = (text: string): Script => scriptOf({ file, from: "v8.0.0", to: "v8.1.0" }, Buffer.from(text));
const applied = (of: Script): LedgerRow =>
  ({
    ...{ script: file, from_version: "v8.0.0", done: of.statements, done_checksum: checksumOfFirst(of, of.statements) },
  }) as LedgerRow;
const changedTo = (text: string): string[] =>
  changedScripts([applied(script("SELECT 1; SELECT 2;"))], [script(text)]).map((one) => one.script.file);

describe("a script that was applied", () => {
  it("is another one when a statement was changed, added or taken away", () => {
    for (const text of ["SELECT 1; SELECT 3;", "SELECT 1; SELECT 2; SELECT 3", "SELECT 1"]) assert.deepEqual(changedTo(text), [file], text);
  });

  it("stays the same under other comments, line ends and blank lines between its statements", () => {
    assert.deepEqual(changedTo("-- why\r\nSELECT 1;\r\n\r\nSELECT 2;\r\n"), []);
  });

  it("is taken as it is where this tool didn't run it, or a person said how it ended", () => {
    assert.deepEqual(changedScripts([], [script("SELECT 1")]), []);
    assert.deepEqual(changedScripts([{ ...applied(script("SELECT 1")), done_checksum: "" }], [script("SELECT 2")]), []);
  });

  it("shows the first three statements that differ, each in one line", () => {
    assert.deepEqual(scriptDifference(script("SELECT 1;\nSELECT\n  2;"), script("SELECT 1; SELECT 3; SELECT 4; SELECT 5; SELECT 6")), [
      ...["statement 2 was: SELECT 2", "statement 2 is:  SELECT 3", "statement 3 was: not there", "statement 3 is:  SELECT 4"],
      ...["statement 4 was: not there", "statement 4 is:  SELECT 5", "and 1 more"],
    ]);
  });
});
