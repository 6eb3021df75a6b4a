import assert from "node:assert/strict";
import { compareVersions, isVersion, sameVersion } from "../../../components/migration/version";

describe("a version", () => {
  it("is compared part by part as numbers, not as text", () => {
    const sorted = ["v5.9.0", "v5.10.0", "v5.10.0.1", "v5.10.1", "v10.0.0"];
    assert.deepEqual([...sorted].reverse().sort(compareVersions), sorted);
  });

  it("is the same with or without v and trailing zeros", () => {
    assert.ok(sameVersion("8.1", "v8.1.0"));
    assert.ok(sameVersion("V8.1.0.0", "v8.1"));
    assert.ok(!sameVersion("v8.1.0", "v8.1.0.1"));
  });

  it("with a suffix is older than without, and suffixes are ordered by their text", () => {
    assert.deepEqual(["v8.1.0", "v8.1.0-rc2", "v8.0.9", "v8.1.0-rc1"].sort(compareVersions), [
      "v8.0.9",
      "v8.1.0-rc1",
      "v8.1.0-rc2",
      "v8.1.0",
    ]);
  });

  it("begins with a number", () => {
    assert.deepEqual(["v8.1.0", "8", "v1.5-by-hand", " v8.0.0 "].map(isVersion), [true, true, true, true]);
    assert.deepEqual(["", "empty", "version 8", "v", ".1"].map(isVersion), [false, false, false, false, false]);
  });
});
