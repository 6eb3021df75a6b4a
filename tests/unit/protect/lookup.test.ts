import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Circumstances } from "../../../components/protect/contract";
import { getCircumstances } from "../../../components/protect/lookup";
import type { Context } from "../../../provider/handler";
import { Fixture } from "../repository/fixture";

describe("what git knows of a program and a release", function () {
  this.timeout(60_000);
  let fixture: Fixture;
  let commit: string;

  beforeEach(() => {
    fixture = new Fixture();
    commit = fixture.commit({ "index.ts": "one", "with blanks.yaml": "two" });
  });
  afterEach(() => fixture.remove());

  const asked = (repository = fixture.repository, program = fixture.repository): Promise<Circumstances> =>
    getCircumstances.answer({ stack: "production", program, repository, commit, isPreflightWanted: false }, {
      inventory: { operator: "ann@laptop" },
    } as unknown as Context);

  it("is which files were changed, by their names, new ones too", async () => {
    assert.deepEqual((await asked()).changed, []);
    writeFileSync(join(fixture.repository, "with blanks.yaml"), "three");
    writeFileSync(join(fixture.repository, "new.ts"), "");
    assert.deepEqual((await asked()).changed?.sort(), ["new.ts", "with blanks.yaml"]);
    fixture.git("add", "--all");
    fixture.git("mv", "index.ts", "moved.ts");
    assert.deepEqual((await asked()).changed?.sort(), ["index.ts", "moved.ts", "new.ts", "with blanks.yaml"]);
  });

  it("is so whatever git is configured to leave out: new files, a changed submodule, the stack's own config", async () => {
    const library = new Fixture();
    try {
      library.commit({ "library.ts": "one" });
      fixture.git("-c", "protocol.file.allow=always", "submodule", "add", library.repository, "library");
      fixture.git("config", "--file", ".gitmodules", "submodule.library.ignore", "all");
      fixture.commit({ ".gitignore": "Pulumi.*.yaml\nnode_modules\n" });
      fixture.git("config", "status.showUntrackedFiles", "no");
      assert.deepEqual((await asked()).changed, []);
      for (const path of ["new.ts", "library/library.ts", "Pulumi.production.yaml", "Pulumi.another.yaml"])
        writeFileSync(join(fixture.repository, path), "");
      assert.deepEqual((await asked()).changed?.sort(), ["Pulumi.production.yaml", "library", "new.ts"]);
    } finally {
      library.remove();
    }
  });

  it("is told in git's words where git refuses to look: a folder of somebody else", async () => {
    process.env["GIT_TEST_ASSUME_DIFFERENT_OWNER"] = "1";
    try {
      await assert.rejects(asked(), /dubious ownership/);
    } finally {
      delete process.env["GIT_TEST_ASSUME_DIFFERENT_OWNER"];
    }
  });

  it("is whether a commit was pushed", async () => {
    const { programPushed, releasePushed } = await asked();
    assert.deepEqual([programPushed, releasePushed], [false, false]);
    const server = join(fixture.folder, "server.git");
    fixture.git("clone", "--bare", ".", server);
    fixture.git("remote", "add", "origin", server);
    fixture.git("push", "origin", "HEAD");
    assert.equal((await asked()).programPushed, true);
    assert.equal((await asked(server)).releasePushed, true, "a bare repository is where others fetch from");
    assert.equal((await asked("ssh://git@example.org/app.git")).releasePushed, true);
  });

  it("is the same in another worktree, with no branch checked out, and in a shallow clone, but not where a tag alone was fetched", async () => {
    const [server, worktree, shallow, tagged] = ["server.git", "worktree", "shallow", "tagged"].map((name) =>
      join(fixture.folder, name),
    ) as [string, string, string, string];
    fixture.commit({ more: "x" });
    fixture.git("tag", "v1");
    fixture.git("clone", "--bare", ".", server);
    fixture.git("remote", "add", "origin", server);
    fixture.git("fetch", "origin");
    fixture.git("worktree", "add", "--detach", worktree);
    fixture.git("clone", "--depth", "1", `file://${server}`, shallow);
    fixture.git("init", tagged);
    fixture.gitIn(tagged, "fetch", "--depth", "1", `file://${server}`, "refs/tags/v1:refs/tags/v1");
    fixture.gitIn(tagged, "checkout", "--detach", "v1");
    const pushed = async (program: string): Promise<boolean> => (await asked(server, program)).programPushed;
    assert.deepEqual(await Promise.all([worktree, shallow, tagged].map(pushed)), [true, true, false]);
    fixture.gitIn(worktree, "commit", "--allow-empty", "--message", "not pushed");
    assert.equal(await pushed(worktree), false);
  });

  it("is nothing where there is no repository", async () => {
    const { changed, programPushed } = await asked(fixture.repository, fixture.folder);
    assert.deepEqual([changed, programPushed], [null, false]);
  });
});
