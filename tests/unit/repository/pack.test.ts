import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { packObjects } from "../../../repository/pack";
import { Fixture } from "./fixture";

describe("a commit's pack", function () {
  this.timeout(60_000);

  let fixture: Fixture;
  let history: string;
  let first: string;
  let second: string;
  let receiver: string;

  // A megabyte that doesn't compress, in 200 files; the second release changes ten of them.
  beforeEach(() => {
    fixture = new Fixture();
    history = fixture.commit({ "old.bin": randomBytes(500_000) });
    fixture.git("rm", "--quiet", "old.bin");
    const files = (count: number): Record<string, Buffer> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`src/${index % 20}/file${index}.bin`, randomBytes(5000)]));
    first = fixture.commit(files(200));
    second = fixture.commit(files(10));
    receiver = join(fixture.folder, "receiver.git");
    fixture.gitIn(fixture.folder, "init", "--quiet", "--bare", receiver);
  });

  afterEach(() => fixture.remove());

  const packed = async (commit: string, have: string[]): Promise<Buffer> => buffer(await packObjects(fixture.repository, commit, have));
  /** As a host does it: unpack, and list the commit as one whose history is not there. */
  const receive = (pack: Buffer, commit: string): void => {
    fixture.bytes(receiver, ["index-pack", "--stdin"], pack);
    appendFileSync(join(receiver, "shallow"), `${commit}\n`);
    fixture.gitIn(receiver, "update-ref", `refs/releases/${commit}`, commit);
  };
  const archive = (repository: string, commit: string): Buffer => fixture.bytes(repository, ["archive", "--format=tar", commit]);

  it("is all that a receiver needs to check the commit out, without its history", async () => {
    receive(await packed(first, []), first);
    assert.ok(archive(receiver, first).equals(archive(fixture.repository, first)));
    fixture.gitIn(receiver, "fsck", "--strict");
    assert.equal(fixture.gitIn(receiver, "rev-list", "--count", first), "1");
    assert.throws(() => fixture.gitIn(receiver, "cat-file", "-e", history), "the commit before isn't there");
  });

  it("is small where the receiver has another release", async () => {
    const whole = await packed(first, []);
    receive(whole, first);
    const change = await packed(second, [first]);
    assert.ok(whole.length > 1_000_000, `${whole.length}`);
    assert.ok(change.length < 60_000, `ten files of 5,000 bytes, and their folders: ${change.length}`);
    receive(change, second);
    assert.ok(archive(receiver, second).equals(archive(fixture.repository, second)));
    fixture.gitIn(receiver, "fsck", "--strict");
    const workTree = join(fixture.folder, "slot");
    mkdirSync(workTree);
    fixture.gitIn(receiver, `--work-tree=${workTree}`, "read-tree", "--reset", "-u", second);
    assert.ok(existsSync(join(workTree, "src/0/file0.bin")));
    assert.ok(readFileSync(join(workTree, "src/0/file0.bin")).equals(readFileSync(join(fixture.repository, "src/0/file0.bin"))));
  });

  it("is the commit's own where the clone has another one in its place", async () => {
    fixture.git("replace", first, second);
    receive(await packed(first, []), first);
    const own = fixture.bytes(fixture.repository, ["--no-replace-objects", "archive", "--format=tar", first]);
    assert.ok(archive(receiver, first).equals(own));
  });

  it("leaves out of account what the receiver has but nobody here knows", async () => {
    const pack = await packed(second, ["1".repeat(40), "--all", first]);
    assert.ok(pack.length < 60_000, `${pack.length}`);
  });

  it("of a commit that isn't there is an error naming it", async () => {
    await assert.rejects(packed("2".repeat(40), []), /has no commit 2{40}/);
  });

  it("ends git when nobody reads it any more", async () => {
    const pack = await packObjects(fixture.repository, first, []);
    pack.destroy();
    await assert.rejects(buffer(pack), { code: "ERR_STREAM_PREMATURE_CLOSE" });
  });
});
