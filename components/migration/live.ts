import { join } from "node:path/posix";
import type { Context, Problem } from "../../provider/handler";
import { readFileAt } from "../../repository/files";
import { changedRule, type ChangedScript, changedScripts, scriptDifference } from "./changed";
import { helperLine, scriptLine } from "./chain";
import type { DatabaseVersionInputs, Target } from "./contract";
import { beforeRestore } from "../rollback/history";
import { awaitedRestore, type ChangedSince, isNewer, type Sources } from "./plan";
import { type LiveVersion, readLiveVersion } from "./read-version";
import { type Script, scriptOf } from "./script";
import { readBase, readScripts } from "./scripts";
import { compareVersions, isVersion, sameVersion } from "./version";

/** Where the live database is, beside what a commit carries. */
export interface LiveDatabase {
  /** Live values of the target's properties of the same names. */
  version: string;
  scripts: string[];
  found: LiveVersion;
  sources: Sources;
}

/** Only reads. */
export async function readLiveDatabase(wanted: Target, { inventory }: Context): Promise<LiveDatabase> {
  const [found, scripts, base] = await Promise.all([
    inventory.database().then(readLiveVersion),
    readScripts({ ...wanted, scripts: wanted.scriptsFolder }),
    wanted.base === undefined ? undefined : readBase(wanted.repository, wanted.commit, wanted.base),
  ]);
  const { label, unfinished } = found;
  const { acknowledged } = wanted;
  const isAccepted = (file: string): boolean => acknowledged.some(({ rule, script }) => rule === changedRule && script === file);
  const changed = changedScripts(found.applied, scripts.chain).filter(({ script }) => !isAccepted(script.file));
  const sources = { base, ...scripts, changed: await Promise.all(changed.map((one) => explained(one, wanted))), acknowledged };
  const isThere = unfinished === undefined && isVersion(label) && (sameVersion(label, wanted.version) || isNewer(found, wanted));
  const version =
    awaitedRestore(found, wanted) === undefined ? (isThere ? wanted.version : label) : beforeRestore(label, `${wanted.restoreFrom}`);
  return { version, scripts: liveLines(found, sources), found, sources };
}

/** As `Target.scripts`, of what ran; a script that was changed since is another line. */
function liveLines(found: LiveVersion, sources: Sources): string[] {
  const { unfinished, applied } = found;
  const ran = appliedAt(found, sources).map((script) =>
    sources.changed.some(({ file }) => file === script.file) ? `${scriptLine(script)} changed since it was applied` : scriptLine(script),
  );
  const half =
    unfinished === undefined ? [] : [scriptLine({ file: unfinished.script, statements: unfinished.statements }, unfinished.done)];
  const helpers = sources.helpers.flatMap(({ file }) => {
    const row = applied.findLast(({ script }) => script === file);
    return row === undefined ? [] : [helperLine({ ...row, file })];
  });
  return [...ran, ...half, ...helpers];
}

/** With what was changed, where git still knows how it was. */
async function explained({ script, row }: ChangedScript, { repository, scriptsFolder }: Target): Promise<ChangedSince> {
  const content = row.commit_id === null ? undefined : readFileAt(repository, row.commit_id, join(scriptsFolder, script.file));
  const was = await content?.then((bytes) => scriptOf(script, bytes)).catch(() => undefined);
  return { file: script.file, appliedAt: row.finished_at, difference: was === undefined ? [] : scriptDifference(was, script) };
}

/** The scripts that end at or below the live version; in the middle of one, those before it. */
export function appliedAt({ label, unfinished }: LiveVersion, { chain }: Sources): Script[] {
  const version = unfinished?.from_version ?? label;
  return isVersion(version) ? chain.filter(({ to }) => compareVersions(to, version) <= 0) : [];
}

/** What is wrong with the inputs, seen without contacting anything. */
export function databaseProblems({ version, session }: Partial<Pick<DatabaseVersionInputs, "version" | "session">>): Problem[] {
  const found: Problem[] = [];
  if (version !== undefined && !isVersion(version))
    found.push({ propertyPath: "version", reason: `"${version}" must be a version, for example v8.1.0` });
  if (session !== undefined && !(session.lockWaitSeconds >= 1))
    found.push({ propertyPath: "session.lockWaitSeconds", reason: "must be at least 1, for example 30" });
  return found;
}
