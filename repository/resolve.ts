import { gitText, RepositoryFailed } from "./git";
import { folderOf, refresh } from "./mirror";

/**
 * The commit that a tag, branch or commit id stands for right now; a tag wins over a branch of the same name.
 * A remote repository is fetched first.
 * @throws RepositoryFailed naming what there is instead
 */
export async function resolveCommit(repository: string, release: string): Promise<string> {
  await refresh(repository);
  const folder = folderOf(repository);
  for (const name of [`refs/tags/${release}`, `refs/heads/${release}`, `refs/remotes/origin/${release}`, release]) {
    if (name === release && !/^[0-9a-f]{7,40}$/.test(release)) continue;
    const commit = await gitText(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]).catch(() => "");
    if (/^[0-9a-f]{40}$/.test(commit)) return commit;
  }
  throw new RepositoryFailed(`there is no tag, branch or commit "${release}" in ${folder}${await nearestTags(folder)}. No host was contacted.`);
}

async function nearestTags(folder: string): Promise<string> {
  const tags = await gitText(folder, ["tag", "--list", "--sort=-creatordate"]);
  return tags === "" ? "" : `; its newest tags: ${tags.split("\n").slice(0, 5).join(", ")}`;
}
