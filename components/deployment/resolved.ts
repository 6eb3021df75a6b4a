import type { ChainAnswer, ChainQuestion, ScriptSummary } from "../migration/contract";
import { compareVersions } from "../migration/version";
import type { StackConfig } from "./config";

/** What the config's names stand for in the repository right now. */
export interface ResolvedRelease {
  repository: string;
  commit: string;
  /** The chain up to `databaseVersion`. */
  scripts: ScriptSummary[];
  /** Files that run after each migration. */
  helpers: ChainAnswer["helpers"];
  databaseVersion: string;
  /** Whether the database may be newer: nobody has said where it should be. */
  atLeast: boolean;
}

type Place = Pick<ResolvedRelease, "repository" | "commit">;

/** What is asked of the release's scripts. */
export const chainQuestion = ({ scripts, migration, acknowledge }: StackConfig, { repository, commit }: Place): ChainQuestion => ({
  ...{ repository, commit, scripts },
  afterEach: migration.afterEach,
  acknowledged: acknowledge,
});

/** @returns the release, or why nobody knows where the database should be */
export function resolvedOf(config: StackConfig, place: Place, chain: ChainAnswer): ResolvedRelease | { problem: string } {
  const databaseVersion = config.databaseVersion ?? chain.end ?? config.base?.version;
  if (databaseVersion === undefined)
    return {
      problem: `${config.release} has no update scripts in ${config.scripts}: set selfhelp:databaseVersion to the version it needs, or selfhelp:scripts to their folder.`,
    };
  const scripts = chain.scripts.filter(({ to }) => compareVersions(to, databaseVersion) <= 0);
  return { ...place, scripts, helpers: chain.helpers, databaseVersion, atLeast: config.databaseVersion === undefined };
}
