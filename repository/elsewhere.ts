import { listTree, readBlobs, type TreeEntry } from "./files";

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

/** @throws RepositoryFailed */
export async function contentElsewhere(repository: string, commit: string): Promise<Elsewhere> {
  const entries = await listTree(repository, commit, ["-r", "--long"]);
  const submodules = entries.filter(({ mode }) => mode === "160000").map(({ path }) => path);
  return { submodules, largeFiles: await largeFiles(repository, commit, entries) };
}

/** Small files are read only where attributes say that some are kept elsewhere. */
async function largeFiles(repository: string, commit: string, entries: readonly TreeEntry[]): Promise<string[]> {
  const attributes = entries.filter(({ path }) => /(^|\/)\.gitattributes$/.test(path));
  const texts = await readBlobs(repository, commit, attributes.map(({ object }) => object)); // prettier-ignore
  if (!texts.some((text) => /\bfilter=lfs\b/.test(text.toString("utf8")))) return [];
  const small = entries.filter(({ mode, bytes }) => mode.startsWith("100") && bytes < pointerBytes);
  const contents = await readBlobs(repository, commit, small.map(({ object }) => object)); // prettier-ignore
  return small.filter((_, index) => contents[index]?.toString("latin1").startsWith(pointerStart)).map(({ path }) => path);
}
