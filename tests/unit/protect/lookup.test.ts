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
    getCircumstances.answer({ program, repository, commit }, { inventory: { operator: "ann@laptop" } } as unknown as Context);

  it("is which files were changed, by their names, new ones too", async () => {
    assert.deepEqual((await asked()).changed, []);
    writeFileSync(join(fixture.repository, "with blanks.yaml"), "three");
    writeFileSync(join(fixture.repository, "new.ts"), "");
    assert.deepEqual((await asked()).changed?.sort(), ["new.ts", "with blanks.yaml"]);
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

  it("is nothing where there is no repository", async () => {
    const { changed, programPushed } = await asked(fixture.repository, fixture.folder);
    assert.deepEqual([changed, programPushed], [null, false]);
  });
});
