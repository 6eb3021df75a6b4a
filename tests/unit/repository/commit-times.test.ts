import assert from "node:assert/strict";
import { commitTimes } from "../../../repository/commit-times";
import { Fixture } from "./fixture";

describe("when commits were made", () => {
  it("is told of those that a repository has, whatever else is asked for", async () => {
    const fixture = new Fixture();
    try {
      const before = Math.floor(Date.now() / 1000) * 1000;
      const commit = fixture.commit({ "a.txt": "one" });
      const times = await commitTimes(fixture.repository, [commit, commit, "f".repeat(40), "--all", "HEAD"]);
      assert.deepEqual([...times.keys()], [commit]);
      const made = times.get(commit) ?? 0;
      assert.ok(made >= before && made <= Date.now());
      assert.equal((await commitTimes(fixture.repository, [])).size, 0);
    } finally {
      fixture.remove();
    }
  });
});
