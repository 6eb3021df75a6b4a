import { statSync } from "node:fs";
import type { Lookup } from "../../provider/handler";
import { gitText, RepositoryFailed } from "../../repository/git";
import type { Circumstances, CircumstancesQuestion } from "./contract";

/** Who deploys, and what git knows of what they deploy from. */
export const getCircumstances: Lookup<CircumstancesQuestion, Circumstances> = {
  check: () => [],

  async answer({ program, repository, commit }, { inventory }) {
    const isFolder = statSync(repository, { throwIfNoEntry: false })?.isDirectory() === true;
    const [changed, programPushed, releasePushed] = await Promise.all([
      changedIn(program),
      isPushed(program, "HEAD"),
      isFolder ? isPushed(repository, commit) : true,
    ]);
    return { operator: inventory.operator, changed, programPushed, releasePushed };
  },
};

async function changedIn(folder: string): Promise<string[] | null> {
  try {
    const status = await gitText(folder, ["status", "--porcelain=v1", "-z", "--", "."]);
    return status.split("\0").flatMap((line) => (line === "" ? [] : [line.slice(line.indexOf(" ", 1) + 1)]));
  } catch (error) {
    if (error instanceof RepositoryFailed) return null;
    throw error;
  }
}

/** A bare repository is where others fetch from. */
async function isPushed(folder: string, commit: string): Promise<boolean> {
  try {
    if ((await gitText(folder, ["rev-parse", "--is-bare-repository"])) === "true") return true;
    return (await gitText(folder, ["branch", "--remotes", "--contains", commit])) !== "";
  } catch (error) {
    if (error instanceof RepositoryFailed) return false;
    throw error;
  }
}
