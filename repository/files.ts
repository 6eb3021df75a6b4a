import { git, RepositoryFailed } from "./git";
import { folderOf } from "./mirror";

/** A file of a commit. */
export interface RepositoryFile {
  /** Path relative to the repository. */
  path: string;
  /** Its name alone. */
  name: string;
  /** Git's id of its content. */
  blob: string;
}

/** The files directly in a folder of a commit; none when the folder isn't there. */
export async function listFiles(repository: string, commit: string, folder: string): Promise<RepositoryFile[]> {
  const listing = (await git(folderOf(repository), ["ls-tree", "-z", "--full-tree", commit, "--", `${folder.replace(/\/+$/, "")}/`])).toString("utf8");
  return listing.split("\0").flatMap((entry) => {
    const [, blob, path] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? [];
    return blob === undefined || path === undefined ? [] : [{ path, blob, name: path.slice(path.lastIndexOf("/") + 1) }];
  });
}

/** A file's bytes at a commit. @throws RepositoryFailed when it isn't there */
export async function readFileAt(repository: string, commit: string, path: string): Promise<Buffer> {
  return git(folderOf(repository), ["cat-file", "blob", `${commit}:${path}`]).catch(() => {
    throw new RepositoryFailed(`commit ${commit.slice(0, 10)} has no file ${path}`);
  });
}

/** Contents by git's ids, in one call. */
export async function readBlobs(repository: string, blobs: readonly string[]): Promise<Buffer[]> {
  if (blobs.length === 0) return [];
  const answer = await git(folderOf(repository), ["cat-file", "--batch"], { stdin: blobs.map((blob) => `${blob}\n`).join("") });
  let offset = 0;
  return blobs.map(() => {
    const endOfHeader = answer.indexOf(0x0a, offset);
    const size = Number(answer.toString("utf8", offset, endOfHeader).split(" ")[2]);
    offset = endOfHeader + 1 + size + 1;
    return answer.subarray(endOfHeader + 1, endOfHeader + 1 + size);
  });
}
