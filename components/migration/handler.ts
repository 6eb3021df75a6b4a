import { connectDatabase } from "../../database/connect";
import { type Context, type Handler, type Live, type Problem, unknown } from "../../provider/handler";
import { scriptLine } from "./chain";
import type { DatabaseVersionInputs, DatabaseVersionState } from "./contract";
import { MigrationRefused } from "./errors";
import { planMigration, type Sources } from "./plan";
import { type LiveVersion, readLiveVersion } from "./read-version";
import { runSteps } from "./run";
import { readBase, readScripts } from "./scripts";
import type { Script } from "./script";
import { compareVersions, isVersion, sameVersion } from "./version";

/** What was read, with what only this handler needs of it: the provider hands a live back as it was read. */
interface LiveDatabase extends Live<DatabaseVersionInputs, DatabaseVersionState> {
  found: LiveVersion;
  sources: Sources;
}

/** The database at a version, moved there by the scripts of a commit. */
export const databaseVersion: Handler<DatabaseVersionInputs, DatabaseVersionState> = {
  compared: ["version", "scripts"],
  check: problems,

  async read(wanted: DatabaseVersionInputs, was: DatabaseVersionState | undefined, { inventory }: Context): Promise<LiveDatabase> {
    const [found, sources] = await Promise.all([inventory.database().then(readLiveVersion), readSources(wanted)]);
    return { inputs: liveInputs(found, wanted, sources), state: stateOf(found, was, sources), found, sources };
  },

  plan({ found, sources, state }: LiveDatabase, wanted: DatabaseVersionInputs) {
    const { steps, change } = planMigration(found, wanted, sources);
    const files = steps.filter(({ script }) => script !== sources.base).map(({ script }) => script.file);
    return { version: wanted.version, appliedScripts: [...state.appliedScripts, ...files], changedAt: unknown, change };
  },

  async act({ found, sources }: LiveDatabase, wanted: DatabaseVersionInputs, context: Context): Promise<DatabaseVersionState> {
    const { inventory } = context;
    const { steps, change } = planMigration(found, wanted, sources);
    if (wanted.backup === null && steps[0]?.script !== sources.base)
      throw new MigrationRefused("there is no backup of the database as it is now", "Type: pulumi up.");
    const database = await inventory.database();
    const open = () => connectDatabase(inventory.databaseSettings, inventory.databaseHost(), "several statements");
    const { backup, lockWaitSeconds } = wanted;
    await runSteps(steps, { database, open, plannedFrom: found.label, backup, lockWaitSeconds, context });
    return { ...stateOf(await readLiveVersion(database), undefined, sources), change };
  },
};

function problems({ version, lockWaitSeconds }: Partial<DatabaseVersionInputs>): Problem[] {
  const found: Problem[] = [];
  if (version !== undefined && !isVersion(version))
    found.push({ propertyPath: "version", reason: `"${version}" must be a version, for example v8.1.0` });
  if (lockWaitSeconds !== undefined && !(lockWaitSeconds >= 1))
    found.push({ propertyPath: "lockWaitSeconds", reason: "must be at least 1, for example 30" });
  return found;
}

async function readSources({ repository, commit, scriptsFolder, base }: DatabaseVersionInputs): Promise<Sources> {
  const [scripts, baseScript] = await Promise.all([
    readScripts({ repository, commit, scripts: scriptsFolder }),
    base === undefined ? undefined : readBase(repository, commit, base),
  ]);
  return { base: baseScript, scripts };
}

/** At the wanted version nothing is due, whatever way led there. */
function liveInputs({ label, unfinished }: LiveVersion, wanted: DatabaseVersionInputs, sources: Sources): DatabaseVersionInputs {
  if (unfinished === undefined && isVersion(label) && sameVersion(label, wanted.version)) return wanted;
  const lines = appliedAt(label, unfinished?.from_version, sources).map((script) => scriptLine(script));
  const half =
    unfinished === undefined ? [] : [scriptLine({ file: unfinished.script, statements: unfinished.statements }, unfinished.done)];
  return { ...wanted, version: label, scripts: [...lines, ...half] };
}

function stateOf(
  { label, unfinished, applied }: LiveVersion,
  was: DatabaseVersionState | undefined,
  sources: Sources,
): DatabaseVersionState {
  const finished = [...applied, ...(unfinished === undefined ? [] : [unfinished])].flatMap(({ finished_at }) => finished_at ?? []);
  return {
    version: label,
    appliedScripts: appliedAt(label, unfinished?.from_version, sources).map(({ file }) => file),
    changedAt: finished.sort().at(-1) ?? was?.changedAt ?? null,
    change: "unchanged",
  };
}

/** The scripts that end at or below the live version; in the middle of one, those before it. */
function appliedAt(label: string, unfinishedFrom: string | undefined, { scripts }: Sources): Script[] {
  const version = unfinishedFrom ?? label;
  return isVersion(version) ? scripts.filter(({ to }) => compareVersions(to, version) <= 0) : [];
}
