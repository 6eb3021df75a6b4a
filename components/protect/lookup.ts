import { statSync } from "node:fs";
import type { Lookup } from "../../provider/handler";
import { git, gitText, RepositoryFailed } from "../../repository/git";
import { readAuditLog } from "../audit/read-log";
import { passedAt } from "../preflight/answers";
import type { Circumstances, CircumstancesQuestion } from "./contract";

/** Who deploys, and what git knows of what they deploy from. */
export const getCircumstances: Lookup<CircumstancesQuestion, Circumstances> = {
  check: () => [],

  async answer({ stack, program, repository, commit, isPreflightWanted }, { inventory }) {
    const isFolder = statSync(repository, { throwIfNoEntry: false })?.isDirectory() === true;
    const [changed, programPushed, releasePushed, log] = await Promise.all([
      changedIn(program, `Pulumi.${stack}.yaml`),
      isPushed(program, "HEAD"),
      isFolder ? isPushed(repository, commit) : true,
      isPreflightWanted ? readAuditLog(inventory) : { lines: [] },
    ]);
    const preflightAt = passedAt(log.lines, commit);
    return { operator: inventory.operator, changed, programPushed, releasePushed, preflightAt };
  },
};

/** Whatever the clone or the user is configured to leave out. */
async function changedIn(folder: string, config: string): Promise<string[] | null> {
  try {
    const all = ["--untracked-files=all", "--ignore-submodules=none"];
    const status = (await git(folder, ["status", "--porcelain=v1", "-z", "--no-renames", ...all, "--", "."])).toString("utf8");
    const ignored = await gitText(folder, ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", config]);
    return [...fieldsOf(status).map((line) => line.slice("XY ".length)), ...fieldsOf(ignored)];
  } catch (error) {
    if (isNoRepository(error)) return null;
    throw error;
  }
}

const fieldsOf = (text: string): string[] => text.split("\0").filter((field) => field !== "");

/** A bare repository is where others fetch from. */
async function isPushed(folder: string, commit: string): Promise<boolean> {
  try {
    if ((await gitText(folder, ["rev-parse", "--is-bare-repository"])) === "true") return true;
    return (await gitText(folder, ["branch", "--remotes", "--contains", commit])) !== "";
  } catch (error) {
    if (isNoRepository(error)) return false;
    throw error;
  }
}

/** One that git refuses to look into, as it belongs to somebody else, is told by its own words. */
const isNoRepository = (error: unknown): boolean => error instanceof RepositoryFailed && /not a git repository/.test(error.problem);
