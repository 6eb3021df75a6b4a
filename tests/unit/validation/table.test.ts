import assert from "node:assert/strict";
import { tableOf } from "../../../components/validation/table";

describe("the table of results", () => {
  it("has its columns in line, and further lines of a detail below", () => {
    const table = tableOf([
      { check: "health", result: "passed", detail: "answered 200", milliseconds: 7 },
      { check: "login and pages", result: "inconclusive", detail: "first\nsecond", milliseconds: 12345 },
    ]);
    assert.equal(
      table,
      [
        "    health           passed            7 ms  answered 200",
        "    login and pages  inconclusive  12345 ms  first",
        "        second",
      ].join("\n"),
    );
  });
});
