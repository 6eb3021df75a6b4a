import assert from "node:assert/strict";
import { type Increment, nextVersion } from "../../../components/migration/next-version";

const nexts = (increment: Increment, ...versions: string[]): string[] => versions.map((version) => nextVersion(version, increment));

describe("the next version", () => {
  it("moves the second number for a database change, and the rest begins again", () => {
    assert.deepEqual(nexts("major", "7.5.1", "v7.5.1", "v7.9.12", "v7.5.1.3"), ["7.6.0", "v7.6.0", "v7.10.0", "v7.6.0.0"]);
  });

  it("moves the last number for all else", () => {
    assert.deepEqual(nexts("minor", "7.5.1", "v7.5.9", "v7.5.1.3"), ["7.5.2", "v7.5.10", "v7.5.1.4"]);
  });

  it("counts numbers that aren't written as 0", () => {
    assert.deepEqual(nexts("major", "v7", "v7.5"), ["v7.1", "v7.6"]);
    assert.deepEqual(nexts("minor", "v7", "v7.5"), ["v7.0.1", "v7.5.1"]);
  });

  it("of a candidate is what it was to become, when that is step enough", () => {
    assert.deepEqual(nexts("minor", "v7.5.1-rc1", "v7.6.0-rc1"), ["v7.5.1", "v7.6.0"]);
    assert.deepEqual(nexts("major", "v7.5.1-rc1", "v7.6.0-rc1", "8-beta"), ["v7.6.0", "v7.6.0", "8.1"]);
  });
});
