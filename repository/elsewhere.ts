import { readBlobs } from "./files";
import { git } from "./git";
import { folderWith } from "./mirror";

/** What a commit only points at: its content is not in the repository. */
export interface Elsewhere {
  /** Folders that are other repositories' commits. */
  submodules: string[];
  /** Files of Git LFS, of which the repository has pointers. */
  largeFiles: string[];
}

/** A pointer has less, says the specification of Git LFS. */
const pointerBytes = 1024;
const pointerStart = "version https://git-lfs.github.com/spec/v1\n";

interface Entry {
  mode: string;
  object: string;
  bytes: number;
  path: string;
}

/** @throws RepositoryFailed */
export async function contentElsewhere(repository: string, commit: string): Promise<Elsewhere> {
  const listing = await git(await folderWith(repository, commit), ["ls-tree", "-r", "-z", "--long", "--full-tree", commit]);
  const entries = listing.toString("utf8").split("\0").flatMap(entryIn);
  const submodules = entries.filter(({ mode }) => mode === "160000").map(({ path }) => path);
  return { submodules, largeFiles: await largeFiles(repository, commit, entries) };
}

function entryIn(line: string): Entry[] {
  const [, mode, object, bytes, path] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line) ?? [];
  return mode === undefined || object === undefined || path === undefined ? [] : [{ mode, object, bytes: Number(bytes), path }];
}

/** Small files are read only where attributes say that some are kept elsewhere. */
async function largeFiles(repository: string, commit: string, entries: readonly Entry[]): Promise<string[]> {
  const attributes = entries.filter(({ path }) => /(^|\/)\.gitattributes$/.test(path));
  const texts = await readBlobs(repository, commit, attributes.map(({ object }) => object)); // prettier-ignore
  if (!texts.some((text) => /\bfilter=lfs\b/.test(text.toString("utf8")))) return [];
  const small = entries.filter(({ mode, bytes }) => mode.startsWith("100") && bytes < pointerBytes);
  const contents = await readBlobs(repository, commit, small.map(({ object }) => object)); // prettier-ignore
  return small.filter((_, index) => contents[index]?.toString("latin1").startsWith(pointerStart)).map(({ path }) => path);
}
