import { git, gitText } from "./git";
import { folderWith, freshFolder } from "./mirror";

/** A file that differs between two commits; `before` and `after` are git's ids of its contents, where it has one. */
export interface FileChange {
  status: "added" | "changed" | "removed" | "renamed";
  /** Where it is after; of a removed one where it was. */
  path: string;
  /** Where a renamed file was. */
  was?: string;
  before?: string;
  after?: string;
}

/** The files that differ between two commits of one repository; submodules are left out. @throws RepositoryFailed */
export async function changedFiles(repository: string, from: string, to: string): Promise<FileChange[]> {
  await folderWith(repository, from);
  const folder = await folderWith(repository, to);
  const words = [
    "diff-tree",
    "-r",
    "-z",
    "--raw",
    "--find-renames",
    "--no-ext-diff",
    "--ignore-submodules=all",
    "--end-of-options",
    from,
    to,
  ];
  return parseRaw((await git(folder, words)).toString("utf8"));
}

const statuses: Partial<Record<string, FileChange["status"]>> = { A: "added", D: "removed", R: "renamed" };

/** `:MODE MODE ID ID STATUS\0PATH\0`, of a renamed file with a second path. */
function parseRaw(raw: string): FileChange[] {
  const fields = raw.split("\0");
  const changes: FileChange[] = [];
  for (let at = 0; fields[at]?.startsWith(":") === true;) {
    const [, before, after, letter = ""] = /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) ([A-Z])/.exec(fields[at] ?? "") ?? [];
    const isRenamed = letter === "R";
    const [first = "", second = ""] = [fields[at + 1], fields[at + 2]];
    changes.push({
      status: statuses[letter] ?? "changed",
      path: isRenamed ? second : first,
      ...(isRenamed && { was: first }),
      ...(letter !== "A" && { before }),
      ...(letter !== "D" && { after }),
    });
    at += isRenamed ? 3 : 2;
  }
  return changes;
}

/** How two commits stand to each other. */
export async function relation(repository: string, from: string, to: string): Promise<"same" | "after" | "before" | "apart"> {
  if (from === to) return "same";
  const folder = await folderWith(repository, to);
  const base = await gitText(folder, ["merge-base", "--end-of-options", from, to]).catch(() => "");
  return base === from ? "after" : base === to ? "before" : "apart";
}

/** The commit that is checked out, or that a remote repository offers first. @throws RepositoryFailed */
export const headOf = async (repository: string): Promise<string> =>
  gitText(await freshFolder(repository), ["rev-parse", "--verify", "HEAD^{commit}"]);

/** Top folder of a local working tree; undefined for a bare or remote repository. */
export async function workingTree(repository: string): Promise<string | undefined> {
  const folder = await freshFolder(repository);
  return (await gitText(folder, ["rev-parse", "--show-toplevel"]).catch(() => "")) || undefined;
}
