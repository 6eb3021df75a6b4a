import assert from "node:assert/strict";
import { listFiles, readBlobs, readFileAt } from "../../../repository/files";
import { Fixture } from "./fixture";

describe("the files of a commit, without a checkout", () => {
  let fixture: Fixture;
  let commit: string;
  const folder = "db/update scripts";

  before(() => {
    fixture = new Fixture();
    commit = fixture.commit({
      [`${folder}/40_update_v1_v2.sql`]: "SELECT 1;",
      [`${folder}/39a_update_v0_v1 .sql`]: Buffer.from([0xef, 0xbb, 0xbf, 0x0d, 0x0a, 0x00, 0xff]),
      [`${folder}/ünïcode\nline.sql`]: "",
      [`${folder}/deeper/41.sql`]: "not here",
      "top.txt": "top",
    });
    fixture.commit({ "top.txt": "later" });
  });

  after(() => fixture.remove());

  it("are listed by folder, with names as they are", async () => {
    const names = (await listFiles(fixture.repository, commit, `./${folder}/`)).map(({ name }) => name).sort();
    assert.deepEqual(names, ["39a_update_v0_v1 .sql", "40_update_v1_v2.sql", "ünïcode\nline.sql"]);
    assert.deepEqual(
      (await listFiles(fixture.repository, commit, ".")).map(({ path }) => path),
      ["top.txt"],
    );
  });

  it("are none in a folder that isn't there", async () => {
    assert.deepEqual(await listFiles(fixture.repository, commit, "db/nothing"), []);
  });

  it("are read byte by byte, as they were at that commit", async () => {
    assert.equal((await readFileAt(fixture.repository, commit, "./top.txt")).toString(), "top");
    const files = await listFiles(fixture.repository, commit, folder);
    const contents = await readBlobs(
      fixture.repository,
      commit,
      files.map(({ blob }) => blob),
    );
    const byName = Object.fromEntries(files.map(({ name }, index) => [name, contents[index]?.toString("hex")]));
    assert.deepEqual(byName, {
      "39a_update_v0_v1 .sql": "efbbbf0d0a00ff",
      "40_update_v1_v2.sql": Buffer.from("SELECT 1;").toString("hex"),
      "ünïcode\nline.sql": "",
    });
  });

  it("are the commit's own where the clone has others in their place", async () => {
    const { repository } = fixture;
    const other = fixture.bytes(repository, ["hash-object", "-w", "--stdin"], Buffer.from("DROP TABLE users;")).toString().trim();
    const script = `${folder}/40_update_v1_v2.sql`;
    const own = fixture.git("rev-parse", `${commit}:${script}`);
    fixture.git("replace", own, other);
    try {
      assert.equal((await readFileAt(repository, commit, script)).toString(), "SELECT 1;");
      assert.equal((await readBlobs(repository, commit, [own])).join(""), "SELECT 1;");
    } finally {
      fixture.git("replace", "--delete", own);
    }
  });

  it("that aren't there are an error naming the commit", async () => {
    for (const path of ["nothing.txt", "db", "--help"])
      await assert.rejects(readFileAt(fixture.repository, commit, path), {
        name: "RepositoryFailed",
        message: `commit ${commit} of ${fixture.repository} has no file ${path}`,
      });
  });

  it("of an unknown commit are an error naming it", async () => {
    await assert.rejects(listFiles(fixture.repository, "1".repeat(40), folder), /has no commit 1{40}/);
    await assert.rejects(listFiles(fixture.repository, "--all", folder), /"--all" isn't a commit's id/);
  });
});
