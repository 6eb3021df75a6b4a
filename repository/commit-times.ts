import { git } from "./git";
import { freshFolder } from "./mirror";

/** When each of these commits was made, in milliseconds since 1970; one that the repository doesn't have is left out. @throws RepositoryFailed */
export async function commitTimes(repository: string, commits: readonly string[]): Promise<Map<string, number>> {
  const ids = [...new Set(commits)].filter((commit) => /^[0-9a-f]{40}$/.test(commit));
  if (ids.length === 0) return new Map();
  const folder = await freshFolder(repository);
  const words = ["rev-list", "--no-walk", "--ignore-missing", "--format=%H %ct", "--no-commit-header", "--stdin"];
  const lines = (await git(folder, words, { stdin: ids.map((id) => `${id}\n`).join("") })).toString("utf8").split("\n");
  return new Map(lines.flatMap((line) => (line === "" ? [] : [[line.slice(0, 40), Number(line.slice(41)) * 1000] as const])));
}
