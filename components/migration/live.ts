import type { Context, Problem } from "../../provider/handler";
import { scriptLine } from "./chain";
import type { DatabaseVersionInputs } from "./contract";
import type { Sources } from "./plan";
import { type LiveVersion, readLiveVersion } from "./read-version";
import type { Script } from "./script";
import { readBase, readScripts } from "./scripts";
import { compareVersions, isVersion, sameVersion } from "./version";

/** Where the live database is, beside what a commit carries. */
export interface LiveDatabase {
  /** Live values of the inputs of the same names. */
  version: string;
  scripts: string[];
  found: LiveVersion;
  sources: Sources;
}

type Question = Pick<DatabaseVersionInputs, "version" | "scripts" | "repository" | "commit" | "scriptsFolder" | "base">;

/** Only reads. At the wanted version nothing is due, whatever way led there. */
export async function readLiveDatabase(wanted: Question, { inventory }: Context): Promise<LiveDatabase> {
  const [found, sources] = await Promise.all([inventory.database().then(readLiveVersion), readSources(wanted)]);
  const { label, unfinished } = found;
  if (unfinished === undefined && isVersion(label) && sameVersion(label, wanted.version))
    return { version: wanted.version, scripts: wanted.scripts, found, sources };
  const lines = appliedAt(found, sources).map((script) => scriptLine(script));
  const half =
    unfinished === undefined ? [] : [scriptLine({ file: unfinished.script, statements: unfinished.statements }, unfinished.done)];
  return { version: label, scripts: [...lines, ...half], found, sources };
}

/** The scripts that end at or below the live version; in the middle of one, those before it. */
export function appliedAt({ label, unfinished }: LiveVersion, { scripts }: Sources): Script[] {
  const version = unfinished?.from_version ?? label;
  return isVersion(version) ? scripts.filter(({ to }) => compareVersions(to, version) <= 0) : [];
}

/** What is wrong with the inputs, seen without contacting anything. */
export function databaseProblems({ version, lockWaitSeconds }: Partial<DatabaseVersionInputs>): Problem[] {
  const found: Problem[] = [];
  if (version !== undefined && !isVersion(version))
    found.push({ propertyPath: "version", reason: `"${version}" must be a version, for example v8.1.0` });
  if (lockWaitSeconds !== undefined && !(lockWaitSeconds >= 1))
    found.push({ propertyPath: "lockWaitSeconds", reason: "must be at least 1, for example 30" });
  return found;
}

async function readSources({ repository, commit, scriptsFolder, base }: Question): Promise<Sources> {
  const [scripts, baseScript] = await Promise.all([
    readScripts({ repository, commit, scripts: scriptsFolder }),
    base === undefined ? undefined : readBase(repository, commit, base),
  ]);
  return { base: baseScript, scripts };
}
