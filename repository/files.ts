import { git, gitText, RepositoryFailed } from "./git";
import { folderWith, shown } from "./mirror";

/** A file of a commit. */
export interface RepositoryFile {
  /** Path relative to the repository. */
  path: string;
  /** Its name alone. */
  name: string;
  /** Git's id of its content. */
  blob: string;
}

/** What a commit's tree has. */
export interface TreeEntry {
  /** "100644", "100755"; "120000" is a link, "160000" another repository's commit, "040000" a folder. */
  mode: string;
  /** Git's id of it. */
  object: string;
  /** NaN for what isn't a blob, and where sizes weren't asked for. */
  bytes: number;
  /** Relative to the repository. */
  path: string;
}

/** @param options "-r": everything, not what is in the folder alone; "--long": sizes, too. @param folder as git writes it, "" for all */
export async function listTree(
  repository: string,
  commit: string,
  options: readonly ("-r" | "--long")[],
  folder = "",
): Promise<TreeEntry[]> {
  const where = folder === "" ? [] : [`${folder}/`];
  const listing = await git(await folderWith(repository, commit), ["ls-tree", ...options, "-z", "--full-tree", commit, "--", ...where]);
  return listing
    .toString("utf8")
    .split("\0")
    .flatMap((entry) => {
      const [, mode, object, bytes, path] = /^(\d+) \w+ ([0-9a-f]+)(?: +(\d+|-))?\t(.*)$/s.exec(entry) ?? [];
      return mode === undefined || object === undefined || path === undefined ? [] : [{ mode, object, bytes: Number(bytes), path }];
    });
}

/** Of a file or a link. */
const isBlob = ({ mode }: TreeEntry): boolean => mode.startsWith("10") || mode === "120000";

/** The files directly in a folder of a commit; none when the folder isn't there. */
export async function listFiles(repository: string, commit: string, folder: string): Promise<RepositoryFile[]> {
  const entries = await listTree(repository, commit, [], normal(folder));
  return entries.filter(isBlob).map(({ path, object }) => ({ path, blob: object, name: path.slice(path.lastIndexOf("/") + 1) }));
}

/** A file's bytes at a commit. @throws RepositoryFailed when it isn't there */
export async function readFileAt(repository: string, commit: string, path: string): Promise<Buffer> {
  const folder = await folderWith(repository, commit);
  const object = `${commit}:${normal(path)}`;
  const type = await gitText(folder, ["cat-file", "-t", object]).catch(() => "nothing");
  if (type !== "blob") throw new RepositoryFailed(`commit ${commit} of ${shown(repository)} has no file ${path}`);
  return git(folder, ["cat-file", "blob", object]);
}

/** Contents by git's ids, in one call; `commit` is one that has them. */
export async function readBlobs(repository: string, commit: string, blobs: readonly string[]): Promise<Buffer[]> {
  if (blobs.length === 0) return [];
  const answer = await git(await folderWith(repository, commit), ["cat-file", "--batch"], {
    stdin: blobs.map((blob) => `${blob}\n`).join(""),
  });
  let offset = 0;
  return blobs.map(() => {
    const endOfHeader = answer.indexOf(0x0a, offset);
    const size = Number(answer.toString("utf8", offset, endOfHeader).split(" ")[2]);
    offset = endOfHeader + 1 + size + 1;
    return answer.subarray(endOfHeader + 1, endOfHeader + 1 + size);
  });
}

/** As git writes paths: `./db//scripts/` is `db/scripts`. */
const normal = (path: string): string =>
  path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
