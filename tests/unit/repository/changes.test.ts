import assert from "node:assert/strict";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { changedFiles, headOf, relation, workingTree } from "../../../repository/changes";
import { Fixture } from "./fixture";

describe("what differs between two commits", () => {
  let fixture: Fixture;

  beforeEach(() => (fixture = new Fixture()));
  afterEach(() => fixture.remove());

  it("is told file by file, with renames and names as they are", async () => {
    const text = "a text that is long enough to be known again\n".repeat(5);
    const from = fixture.commit({ "a/changed.txt": "1", "a/removed.txt": "2", "a/old näme\n.txt": text, "same.txt": "s" });
    fixture.git("rm", "--quiet", "a/removed.txt");
    fixture.git("mv", "a/old näme\n.txt", "new.txt");
    const to = fixture.commit({ "a/changed.txt": "3", "a/added.txt": "4" });
    const changes = await changedFiles(fixture.repository, from, to);
    assert.deepEqual(
      changes.map(({ status, path, was }) => [status, path, was]),
      [
        ["added", "a/added.txt", undefined],
        ["changed", "a/changed.txt", undefined],
        ["removed", "a/removed.txt", undefined],
        ["renamed", "new.txt", "a/old näme\n.txt"],
      ],
    );
    const blob = (commit: string, path: string): string => fixture.git("rev-parse", `${commit}:${path}`);
    assert.deepEqual(
      changes.slice(0, 3).map(({ before, after }) => [before, after]),
      [
        [undefined, blob(to, "a/added.txt")],
        [blob(from, "a/changed.txt"), blob(to, "a/changed.txt")],
        [blob(from, "a/removed.txt"), undefined],
      ],
    );
  });

  it("is nothing between equal trees, and an error of an unknown commit", async () => {
    const from = fixture.commit({ "a.txt": "1" });
    assert.deepEqual(await changedFiles(fixture.repository, from, fixture.commit({})), []);
    await assert.rejects(changedFiles(fixture.repository, "1".repeat(40), from), /has no commit 1{40}/);
  });

  it("knows which commit comes after which", async () => {
    const first = fixture.commit({ "a.txt": "1" });
    const second = fixture.commit({ "a.txt": "2" });
    fixture.git("checkout", "--quiet", "-b", "other", first);
    const third = fixture.commit({ "a.txt": "3" });
    const related = (from: string, to: string): Promise<string> => relation(fixture.repository, from, to);
    assert.deepEqual(await Promise.all([related(first, first), related(first, second), related(second, first), related(second, third)]), [
      "same",
      "after",
      "before",
      "apart",
    ]);
  });

  it("is read where the user is: what is checked out, and the top of the working tree", async () => {
    const commit = fixture.commit({ "deep/er/a.txt": "1" });
    assert.equal(await headOf(fixture.repository), commit);
    assert.equal(await workingTree(join(fixture.repository, "deep/er")), realpathSync(fixture.repository));
    const bare = join(fixture.folder, "bare.git");
    fixture.gitIn(fixture.folder, "clone", "--quiet", "--bare", fixture.repository, bare);
    assert.equal(await workingTree(bare), undefined);
  });
});
