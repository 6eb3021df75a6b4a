import { connectDatabase, type DatabaseSession } from "../../database/connect";
import { DeploymentError } from "../../host/errors";
import type { Secret } from "../../host/secret";
import type { Context } from "../../provider/handler";
import type { BackupManifest } from "../backup/contract";
import { restore } from "../backup/restore";
import { MigrationRefused } from "../migration/errors";
import { isTaken, migrationLock, readLiveVersion, scriptLock } from "../migration/read-version";
import { clear } from "./clear";
import { emptied, reasonOf, RestoreFailed, untouched } from "./errors";
import { assertMayRemove } from "./protected";
import {
  addRestore,
  createRestores,
  createRestoring,
  dropRestoring,
  readRestores,
  readRestoring,
  type RestoreRow,
  restoresTable,
  restoringTable,
  setRestoring,
} from "./history";

/** What is restored, and with which key. */
export interface Wanted {
  directory: string;
  manifest: BackupManifest;
  /** "AGE-SECRET-KEY-1…" */
  identity: Secret;
}

/**
 * Makes the live database what it was when a backup was made: newer objects go as well. The archive is read as a whole and opened before
 * anything is given up. Interrupted at any point it can be run again; the database says so meanwhile.
 * @throws RestoreFailed
 */
export async function restoreDatabase(wanted: Wanted, context: Context): Promise<void> {
  const { inventory } = context;
  const database = await connectDatabase(inventory.databaseSettings, inventory.databaseHost());
  try {
    await restoreOn(database, wanted, context);
  } finally {
    await database.close();
  }
}

async function restoreOn(database: DatabaseSession, { directory, manifest, identity }: Wanted, context: Context): Promise<void> {
  const { inventory, progress } = context;
  const { id } = manifest;
  const { schema } = database;
  const failed = (reason: string, state: string, remedy: string): RestoreFailed => new RestoreFailed(schema, id, reason, state, remedy);
  const again = `correct that, and start again: selfhelp rollback --database ${id}`;
  let history: RestoreRow[] | undefined;
  const empty = async (): Promise<void> => {
    await assertMayRemove(database);
    history = await mark(database, id);
    await clear(database, progress);
  };

  await takeLock(database);
  try {
    const how = { definers: "as they were", events: "as they were", place: { is: "live" } } as const;
    await restore({ manifest, directory, identity, target: inventory.databaseSettings, ...how, empty }, context);
  } catch (error) {
    if (!(error instanceof DeploymentError)) throw error;
    throw failed(reasonOf(error), history === undefined ? untouched : emptied(id), again);
  }
  await unmark(database, [...(history ?? []), { backup: id, operator: inventory.operator, finished_at: new Date().toISOString() }]);
  const { label } = await readLiveVersion(database);
  if (label !== manifest.databaseVersion)
    throw failed(`it is at ${label} now, but should be at ${manifest.databaseVersion}`, "It is complete.", "pulumi preview");
}

const longestRestoreSeconds = 7 * 24 * 3600;

/** How long a statement of a migration that has just ended may take to be cleaned up. */
const cleanUpSeconds = 30;

/** No migration begins meanwhile, and none runs; nor does a statement whose deployer has gone. */
async function takeLock(database: DatabaseSession): Promise<void> {
  const [row] = await database.query<{ taken: number | null }>("SELECT GET_LOCK(?, 0) AS taken", [migrationLock(database)]);
  if (!isTaken(row)) throw new MigrationRefused(`a migration of the database "${database.schema}" is running`, "Wait until it has ended.");
  const [script] = await database.query<{ taken: number | null }>("SELECT GET_LOCK(?, ?) AS taken", [scriptLock(database), cleanUpSeconds]);
  if (!isTaken(script))
    throw new MigrationRefused(
      `the server still runs a statement of a migration of the database "${database.schema}"`,
      "Wait until it has ended; SHOW FULL PROCESSLIST shows it.",
    );
  // The session that holds these is silent while the archive is read and restored.
  await database.query("SET SESSION wait_timeout = ?", [longestRestoreSeconds]);
}

/** Whoever looks at the database from here on is told. @returns the restores before this one */
async function mark(database: DatabaseSession, id: string): Promise<RestoreRow[]> {
  const { query, schema } = database;
  const tables = await tablesOf(database);
  const begun = tables.includes(restoringTable) ? await readRestoring(database) : undefined;
  const before = tables.includes(restoresTable) ? await readRestores(database) : [];
  const history = begun === undefined ? before : (JSON.parse(begun.history) as RestoreRow[]);
  await query(createRestoring, [schema]);
  await query(setRestoring, [schema, id, JSON.stringify(history)]);
  return history;
}

async function unmark({ query, schema }: DatabaseSession, history: readonly RestoreRow[]): Promise<void> {
  await query(createRestores, [schema]);
  for (const { backup, operator, finished_at } of history) await query(addRestore, [schema, backup, operator, finished_at]);
  await query(dropRestoring, [schema]);
}

async function tablesOf({ query, schema }: DatabaseSession): Promise<string[]> {
  const rows = await query<{ name: string }>("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?", [schema]);
  return rows.map(({ name }) => name);
}
