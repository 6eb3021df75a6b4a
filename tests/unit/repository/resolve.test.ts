import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { readFileAt } from "../../../repository/files";
import { resolveCommit, tagsOf } from "../../../repository/resolve";
import { Fixture } from "./fixture";

describe("the commit that a release stands for", function () {
  this.timeout(60_000);

  let fixture: Fixture;
  let cacheBefore: string | undefined;
  let first: string;
  let second: string;

  beforeEach(() => {
    fixture = new Fixture();
    cacheBefore = process.env["XDG_CACHE_HOME"];
    process.env["XDG_CACHE_HOME"] = join(fixture.folder, "cache");
    first = fixture.commit({ "a.txt": "one" });
    fixture.git("tag", "v8.0.0");
    second = fixture.commit({ "a.txt": "two" });
    fixture.git("tag", "--annotate", "--message", "annotated", "v8.1.0");
  });

  afterEach(() => {
    if (cacheBefore === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = cacheBefore;
    fixture.remove();
  });

  const remote = (): string => `file://${fixture.repository}`;

  it("is a tag's, an annotated tag's, a branch's, or the one whose id it begins like", async () => {
    for (const repository of [fixture.repository, remote()]) {
      assert.equal(await resolveCommit(repository, "v8.0.0"), first);
      assert.equal(await resolveCommit(repository, "v8.1.0"), second);
      assert.equal(await resolveCommit(repository, "main"), second);
      assert.equal(await resolveCommit(repository, first.slice(0, 7)), first);
      assert.equal(await resolveCommit(repository, first.toUpperCase()), first);
    }
  });

  it("is the tag's where a branch has the same name", async () => {
    fixture.git("branch", "v8.0.0", second);
    assert.equal(await resolveCommit(fixture.repository, "v8.0.0"), first);
  });

  it("has the same tags however somebody has git show them", async () => {
    fixture.git("tag", "v8.1.0-again");
    fixture.git("config", "column.ui", "always");
    assert.deepEqual(await tagsOf(fixture.repository, second), ["v8.1.0", "v8.1.0-again"]);
    await assert.rejects(resolveCommit(fixture.repository, "v8.2.0"), /its nearest tags: v8\.1\.0, v8\.0\.0, v8\.1\.0-again\./);
  });

  it("is the origin's in a clone that has no such branch of its own", async () => {
    fixture.git("branch", "next", first);
    const clone = join(fixture.folder, "clone");
    fixture.gitIn(fixture.folder, "clone", "--quiet", fixture.repository, clone);
    assert.equal(await resolveCommit(clone, "next"), first);
  });

  it("of a remote repository is the one that is there now", async () => {
    await resolveCommit(remote(), "main");
    const third = fixture.commit({ "a.txt": "three" });
    fixture.git("tag", "--force", "v8.0.0", third);
    fixture.git("branch", "--force", "moved", first);
    assert.equal(await resolveCommit(remote(), "main"), third);
    assert.equal(await resolveCommit(remote(), "v8.0.0"), third);
    fixture.git("tag", "--delete", "v8.1.0");
    await assert.rejects(resolveCommit(remote(), "v8.1.0"), /no tag, branch or commit "v8.1.0"/);
  });

  it("that isn't there is an error naming the tags that are most like it", async () => {
    for (const tag of ["v7.0.0", "v8.10.0", "nightly", "v8.2.0-rc1", "v8.3.0"]) fixture.git("tag", tag);
    await assert.rejects(resolveCommit(fixture.repository, "v8.2.0"), {
      name: "RepositoryFailed",
      message: `the repository ${fixture.repository} has no tag, branch or commit "v8.2.0"; its nearest tags: v8.3.0, v8.1.0, v8.0.0, v8.10.0, v7.0.0. No host was touched. Check selfhelp:release.`,
    });
  });

  it("is never an option or an expression of git's", async () => {
    for (const release of ["--all", "-h", "main~1", "v8.1.0^{tree}", "main:a.txt", "@{-1}", "HEAD", "", "main..v8.0.0", "a b"])
      await assert.rejects(resolveCommit(fixture.repository, release), /no tag, branch or commit/, release);
  });

  it("can't be had from what is no repository, or can't be reached", async () => {
    await assert.rejects(resolveCommit(fixture.folder, "main"), /can't be read: .*not a git repository.*Check selfhelp:repository/);
    await assert.rejects(resolveCommit(`file://user:secret-word@${fixture.folder}/nothing`, "main"), (error: Error) => {
      assert.match(error.message, /the repository file:\/\/.*\/nothing can't be read: .*No host was touched/);
      assert.doesNotMatch(error.message, /secret-word/);
      return true;
    });
    const gone = remote();
    await resolveCommit(gone, "main");
    renameSync(fixture.repository, `${fixture.repository}.away`);
    await assert.rejects(resolveCommit(gone, "main"), /can't be read: .*what was fetched before is in /);
  });

  it("can't be had from a repository that names its commits by SHA-256, which is said", async () => {
    const other = join(fixture.folder, "sha256");
    fixture.git("init", "--quiet", "--object-format=sha256", "--initial-branch=main", other);
    fixture.gitIn(other, "commit", "--quiet", "--allow-empty", "--message", "one");
    await assert.rejects(resolveCommit(other, "main"), /names its commits by SHA-256/);
  });

  it("is found by several processes that ask for it at once, at the first time and later", async () => {
    const source = `require("./repository/resolve").resolveCommit(${JSON.stringify(remote())}, "main").then((c) => console.log(c))`;
    const ask = async (): Promise<string> =>
      (
        await promisify(execFile)(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", source], {
          cwd: join(__dirname, "../../.."),
        })
      ).stdout.trim();
    assert.deepEqual(await Promise.all([ask(), ask(), ask()]), [second, second, second]);
    const third = fixture.commit({ "a.txt": "three" });
    assert.deepEqual(await Promise.all([ask(), ask(), ask()]), [third, third, third]);
    const cached = readdirSync(join(fixture.folder, "cache", "selfhelp-deploy", "repositories"));
    assert.equal(cached.length, 1, "no half-made mirror is left");
  });

  it("is read from the mirror without asking the remote again, and the mirror is made anew where it is missing", async () => {
    assert.equal((await readFileAt(remote(), second, "a.txt")).toString(), "two");
    renameSync(fixture.repository, `${fixture.repository}.away`);
    assert.equal((await readFileAt(remote(), first, "a.txt")).toString(), "one");
    assert.ok(!existsSync(fixture.repository));
  });
});
