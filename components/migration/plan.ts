import { parseScriptLine, type ScriptName } from "./chain";
import type { DatabaseVersionInputs } from "./contract";
import { MigrationRefused } from "./errors";
import { halfAppliedScript } from "./ledger";
import { compareVersions, sameVersion } from "./version";

/** What a migration runs, in this order. */
export interface MigrationPlan {
  /** Whether the base script makes the database first. */
  base: boolean;
  scripts: ScriptName[];
  /** "v8.0.0 -> v8.1.0, 1 script, 21 statements" */
  change: string;
}

/** @param live label of the live version @throws MigrationRefused when there is no safe way from live to wanted */
export function planMigration(live: string, wanted: DatabaseVersionInputs): MigrationPlan {
  const base = live === "empty" || halfAppliedScript(live) === wanted.base?.script;
  const lines = wanted.scripts.flatMap((line) => parseScriptLine(line) ?? []);
  const names = lines.map(({ name }) => name);
  const scripts = pathTo(wanted, startOf(live, names, wanted), names);
  const statements = lines.filter(({ name }) => scripts.includes(name)).reduce((sum, line) => sum + line.statements, 0);
  const count = `${scripts.length} ${scripts.length === 1 ? "script" : "scripts"}, ${statements} statements`;
  const by = [...(base ? [`base ${wanted.base?.script}`] : []), ...(scripts.length > 0 ? [count] : [])].join(", ");
  return { base, scripts, change: `${live} -> ${wanted.version}, ${by}` };
}

/** The version that the first script must start at. */
function startOf(live: string, names: readonly ScriptName[], wanted: DatabaseVersionInputs): string {
  const unfinished = halfAppliedScript(live);
  if (live === "empty" || (unfinished !== undefined && unfinished === wanted.base?.script)) return baseVersion(wanted);
  if (unfinished === undefined) return live;
  const script = names.find(({ file }) => file === unfinished);
  if (script !== undefined) return script.from;
  throw new MigrationRefused(
    `the database is at ${live}, and ${wanted.commit.slice(0, 10)} doesn't have that script`,
    `Deploy a release that has it, so that it can be finished, or restore the backup that was taken before it.`,
  );
}

function baseVersion({ base }: DatabaseVersionInputs): string {
  if (base !== undefined) return base.version;
  throw new MigrationRefused("the database is empty", 'Set selfhelp:base, for example {"script": "db/base.sql", "version": "v8.0.0"}.');
}

function pathTo({ version, commit }: DatabaseVersionInputs, start: string, names: readonly ScriptName[]): ScriptName[] {
  if (compareVersions(version, start) < 0)
    throw new MigrationRefused(
      `the database is at ${start}, newer than the wanted ${version}: going back is a rollback, not a migration`,
      `Leave selfhelp:databaseVersion at ${start} to run older code on it, or restore a backup of ${version}.`,
    );
  const path: ScriptName[] = [];
  let at = start;
  while (!sameVersion(at, version)) {
    const next = names.find((script) => sameVersion(script.from, at) && !path.includes(script));
    if (next === undefined)
      throw new MigrationRefused(
        `commit ${commit.slice(0, 10)} has no script from ${at}, so ${version} can't be reached from ${start}`,
        `Its scripts: ${names.map(({ file }) => file).join(", ") || "none"}.`,
      );
    path.push(next);
    at = next.to;
  }
  return path;
}
