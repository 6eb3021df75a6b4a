import { connectDatabase } from "../../database/connect";
import { type Context, type Handler, type Inventory, type Live, unknown } from "../../provider/handler";
import type { DatabaseVersionInputs, DatabaseVersionState } from "./contract";
import { MigrationRefused, SchemaDiffers } from "./errors";
import { appliedAt, databaseProblems, type LiveDatabase, readLiveDatabase } from "./live";
import { awaitedRestore, planMigration, type Sources } from "./plan";
import { type LiveVersion, readLiveVersion } from "./read-version";
import { runSteps } from "./run";
import { checksums, readSchema, schemaDifferences } from "./schema";

type LiveDatabaseVersion = Live<DatabaseVersionInputs, DatabaseVersionState> & Pick<LiveDatabase, "found" | "sources">;

/** The database at a version, moved there by the scripts of a commit. */
export const databaseVersion: Handler<DatabaseVersionInputs, DatabaseVersionState> = {
  compared: ["version", "scripts"],
  check: databaseProblems,

  async read(wanted: DatabaseVersionInputs, was: DatabaseVersionState | undefined, context: Context): Promise<LiveDatabaseVersion> {
    const { version, scripts, found, sources } = await readLiveDatabase(wanted, context);
    return { inputs: { ...wanted, version, scripts }, state: stateOf(found, was, sources), found, sources };
  },

  plan({ found, sources, state }: LiveDatabaseVersion, wanted: DatabaseVersionInputs) {
    const { steps, change, findings } = planMigration(found, wanted, sources);
    if (awaitedRestore(found, wanted) !== undefined)
      return { version: wanted.version, appliedScripts: unknown, changedAt: unknown, change, findings };
    const files = steps.flatMap(({ script }) => (sources.chain.includes(script) ? [script.file] : []));
    return { version: wanted.version, appliedScripts: [...state.appliedScripts, ...files], changedAt: unknown, change, findings };
  },

  async act({ found, sources }: LiveDatabaseVersion, wanted: DatabaseVersionInputs, context: Context): Promise<DatabaseVersionState> {
    const { inventory } = context;
    const awaited = awaitedRestore(found, wanted);
    if (awaited !== undefined)
      throw new MigrationRefused(`the database was not restored from ${awaited} as it should be`, "Type: pulumi up.");
    const { steps, change, findings } = planMigration(found, wanted, sources);
    if (steps[0]?.script !== sources.base && !isFresh(wanted.backup, await inventory.lock("migration")))
      throw new MigrationRefused("there is no backup of the database as it is now", "Type: pulumi up.");
    const database = await inventory.database();
    const open = () => connectDatabase(inventory.databaseSettings, inventory.databaseHost(), "several statements");
    const { backup, commit, session: settings, durations: rehearsed } = wanted;
    const run = () => runSteps(steps, { database, open, plannedFrom: found.label, backup, commit, settings, rehearsed, context });
    await (wanted.rehearsed === null ? run() : asRehearsed(run, inventory, wanted.version, wanted.rehearsed));
    return { ...stateOf(await readLiveVersion(database), undefined, sources), change, findings };
  },
};

/** Made since this deployment holds its lock; an id begins with its time, in whole seconds. */
function isFresh(backup: string | null, lockedAt: Date): boolean {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(backup ?? "") ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) >= Math.floor(lockedAt.getTime() / 1000) * 1000;
}

/** Its session is there before anything is changed: a change that landed is not called failed because nobody could look. */
async function asRehearsed(
  run: () => Promise<unknown>,
  inventory: Inventory,
  version: string,
  rehearsed: Record<string, string>,
): Promise<void> {
  const session = await connectDatabase(inventory.databaseSettings, inventory.databaseHost(), "several questions");
  try {
    await run();
    const differences = schemaDifferences(rehearsed, checksums(await readSchema(session)));
    if (differences.length > 0) throw new SchemaDiffers(session.schema, version, differences);
  } finally {
    await session.close();
  }
}

function stateOf(found: LiveVersion, was: DatabaseVersionState | undefined, sources: Sources): DatabaseVersionState {
  const { label, unfinished, applied } = found;
  const finished = [...applied, ...(unfinished === undefined ? [] : [unfinished])].flatMap(({ finished_at }) => finished_at ?? []);
  return {
    version: label,
    appliedScripts: appliedAt(found, sources).map(({ file }) => file),
    changedAt: finished.sort().at(-1) ?? was?.changedAt ?? null,
    change: "unchanged",
    findings: [],
  };
}
