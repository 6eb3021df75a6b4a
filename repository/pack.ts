import { spawn } from "node:child_process";
import { PassThrough, type Readable } from "node:stream";
import { gitEnvironment, gitText, reasonOf, RepositoryFailed } from "./git";
import { folderWith, hasCommit } from "./mirror";

/** Time limit of packing, in milliseconds. */
const timeLimit = 3_600_000;

/**
 * One commit with its whole tree, but without its history, as a git pack; less every object in the trees of `have`, as far as those are known here.
 * The receiver lists the commit in its `shallow` file. The stream fails when git does, and ends git when it is destroyed.
 */
export async function packObjects(repository: string, commit: string, have: readonly string[]): Promise<Readable> {
  const folder = await folderWith(repository, commit);
  const [wanted, ...held] = await Promise.all([objectsOf(folder, commit), ...have.map((one) => objectsIfKnown(folder, one))]);
  const known = new Set(held.flat());
  return packOf(
    folder,
    wanted.filter((object) => !known.has(object)),
  );
}

/** A force-pushed branch may have taken some of the receiver's commits away here. */
const objectsIfKnown = async (folder: string, commit: string): Promise<string[]> =>
  /^[0-9a-f]{40}$/.test(commit) && (await hasCommit(folder, commit)) ? objectsOf(folder, commit) : [];

async function objectsOf(folder: string, commit: string): Promise<string[]> {
  const listing = await gitText(folder, ["rev-list", "--objects", "--no-walk", "--no-object-names", commit], { timeoutSeconds: 300 });
  return listing.split("\n");
}

function packOf(folder: string, objects: readonly string[]): Readable {
  const child = spawn("git", ["-C", folder, "pack-objects", "--stdout", "-q", "--delta-base-offset"], {
    timeout: timeLimit,
    env: gitEnvironment(),
  });
  const pack = new PassThrough();
  const fail = (reason: string): unknown => pack.destroy(new RepositoryFailed(`git pack-objects in ${folder} failed: ${reason}`));
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString("utf8")).slice(-2000)));
  child.stdout.pipe(pack, { end: false });
  child.stdin.on("error", () => undefined).end(objects.map((object) => `${object}\n`).join(""));
  child.once("error", (error) => fail(reasonOf(error, said)));
  child.once("close", (code, signal) =>
    code === 0 ? pack.end() : fail(signal === null ? reasonOf(undefined, said) : `it was ended by ${signal}`),
  );
  pack.once("close", () => child.kill());
  return pack;
}
