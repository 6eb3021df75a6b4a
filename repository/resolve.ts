import { gitText, RepositoryFailed } from "./git";
import { nearest } from "./nearest";
import { freshFolder, shown } from "./mirror";

/**
 * The commit that a tag, branch or commit id (7 to 40 digits) stands for right now; a tag wins over a branch of the same name, a clone's own branch
 * over that of its origin. A remote repository is fetched first.
 * @throws RepositoryFailed naming the tags that are most like it
 */
export async function resolveCommit(repository: string, release: string): Promise<string> {
  const folder = await freshFolder(repository);
  const names = isRefName(release) ? [`refs/tags/${release}`, `refs/heads/${release}`, `refs/remotes/origin/${release}`] : [];
  const id = /^[0-9a-f]{7,40}$/i.test(release) ? [release] : [];
  for (const name of [...names, ...id]) {
    const commit = await gitText(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]).catch(() => "");
    if (/^[0-9a-f]{40}$/.test(commit)) return commit;
    if (commit !== "") throw namedBySha256(repository);
  }
  const tags = (await gitText(folder, ["tag", "--list", "--no-column"])).split("\n").filter((tag) => tag !== "");
  throw new RepositoryFailed(
    `the repository ${shown(repository)} has no tag, branch or commit "${release}"${id.length > 0 ? " (or more than one commit begins like this)" : ""}; ` +
      `${tags.length === 0 ? "it has no tags" : `its nearest tags: ${nearest(release, tags, 5).join(", ")}`}.`,
    ` No host was touched. Check selfhelp:release.`,
  );
}

const namedBySha256 = (repository: string): RepositoryFailed =>
  new RepositoryFailed(
    `the repository ${shown(repository)} names its commits by SHA-256.`,
    " No host was touched. Hosts are given commits by their SHA-1, of 40 digits: name a repository in that format (git rev-parse --show-object-format) in selfhelp:repository.",
  );

/** Names of the tags that stand for a commit. @throws RepositoryFailed */
export const tagsOf = async (repository: string, commit: string): Promise<string[]> =>
  (await gitText(await freshFolder(repository), ["tag", "--no-column", "--points-at", commit])).split("\n").filter((tag) => tag !== "");

/** As git-check-ref-format has it: nothing that git would read as an expression, like `main~1` or `v1^{tree}`. */
const isRefName = (name: string): boolean => !/[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^[/-]|\/$|\.lock$|\.$/.test(name) && name !== "";
