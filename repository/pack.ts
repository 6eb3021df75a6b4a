import { spawn } from "node:child_process";
import { PassThrough, type Readable } from "node:stream";
import { gitText, RepositoryFailed } from "./git";
import { folderOf } from "./mirror";

/** Time limit of packing, in milliseconds. */
const limit = 3_600_000;

/**
 * One commit with its whole tree, but without its history, as a git pack; less every object in the trees of `have`.
 * The receiver lists the commit in its `shallow` file. The stream fails when git does.
 */
export async function packObjects(repository: string, commit: string, have: readonly string[]): Promise<Readable> {
  const folder = folderOf(repository);
  const known = await knownCommits(folder, have);
  const sent = await objectsOf(folder, commit);
  const held = new Set((await Promise.all(known.map((one) => objectsOf(folder, one)))).flat());
  return packOf(folder, sent.filter((object) => !held.has(object)));
}

/** Those of the receiver's commits that are here as well: a force-pushed branch may have taken some away. */
async function knownCommits(folder: string, commits: readonly string[]): Promise<string[]> {
  const ids = commits.filter((commit) => /^[0-9a-f]{40}$/.test(commit));
  const found = await Promise.all(ids.map((id) => gitText(folder, ["cat-file", "-t", id]).catch(() => "")));
  return ids.filter((_, index) => found[index] === "commit");
}

async function objectsOf(folder: string, commit: string): Promise<string[]> {
  const listing = await gitText(folder, ["rev-list", "--objects", "--no-walk", "--no-object-names", commit], { timeoutSeconds: 300 });
  return listing.split("\n");
}

function packOf(folder: string, objects: readonly string[]): Readable {
  const child = spawn("git", ["-C", folder, "pack-objects", "--stdout", "-q", "--delta-base-offset"], { timeout: limit });
  const pack = new PassThrough();
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString("utf8")).slice(-2000)));
  child.stdout.pipe(pack, { end: false });
  child.stdin.on("error", () => undefined).end(objects.map((object) => `${object}\n`).join(""));
  child.once("error", (error) => pack.destroy(error));
  child.once("close", (code) => {
    if (code === 0) pack.end();
    else pack.destroy(new RepositoryFailed(`git pack-objects in ${folder} failed: ${said.trim().split("\n").at(-1) ?? ""}`));
  });
  pack.once("close", () => child.kill());
  return pack;
}
