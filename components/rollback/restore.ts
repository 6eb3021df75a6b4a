import { connectDatabase, type DatabaseSession } from "../../database/connect";
import { DeploymentError } from "../../host/errors";
import type { Host, Output } from "../../host/host";
import type { Command } from "../../host/command";
import type { Secret } from "../../host/secret";
import type { Context } from "../../provider/handler";
import type { BackupManifest } from "../backup/contract";
import { optionFile } from "../backup/option-file";
import { setsDefiners } from "../backup/rights";
import { MigrationRefused } from "../migration/errors";
import { migrationLock, readLiveVersion } from "../migration/read-version";
import { clear } from "./clear";
import { checkArchive, refusals, restoreArchive, restoreInput, type RestoreOrder } from "./commands";
import { emptied, reasonOf, RestoreFailed, untouched } from "./errors";
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

const mostHours = 12;

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
  const { id, sha256, plainSha256 } = manifest;
  const { databaseSettings } = inventory;
  const { schema } = database;
  const host = inventory.databaseHost();
  const failed = (reason: string, state: string, remedy: string): RestoreFailed => new RestoreFailed(schema, id, reason, state, remedy);
  const again = `correct that, and start again: selfhelp rollback --database ${id}`;
  const keepsDefiners = await maySetDefiners(database);
  const order: RestoreOrder = {
    ...{ directory, id, sha256, plainSha256, schema, keepsDefiners },
    ca: databaseSettings.tls?.ca ?? "",
  };
  const runs = (command: Command, purpose: string) =>
    onHost(host, command, purpose, restoreInput(identity, optionFile(databaseSettings)), context);

  await takeLock(database);
  progress("reading the whole archive");
  const checked = await runs(checkArchive(order), `check of the backup ${id}`);
  if (checked.exitCode !== 0) throw failed(reasonOf(host.name, order, checked), untouched, again);

  const history = await mark(database, id);
  try {
    await clear(database, progress);
    progress("restoring");
    const restored = await runs(restoreArchive(order), `restore of the backup ${id}`);
    if (restored.exitCode !== 0) throw failed(reasonOf(host.name, order, restored), emptied(id), again);
    const left = /^definers ([1-9]\d*)$/m.exec(restored.stdout)?.[1];
    if (left !== undefined)
      context.warn(
        `${left} objects that acted for another account (DEFINER) act for the restoring user now, which lacks the right to name others (SET USER)`,
      );
    const missing = await missingTables(database, manifest);
    if (missing.length > 0) throw failed(`it lacks ${missing.join(", ")} afterwards`, emptied(id), again);
  } catch (error) {
    if (error instanceof RestoreFailed || !(error instanceof DeploymentError)) throw error;
    throw failed(error.message, emptied(id), again);
  }
  await unmark(database, [...history, { backup: id, operator: inventory.operator, finished_at: new Date().toISOString() }]);
  const { label } = await readLiveVersion(database);
  if (label !== manifest.databaseVersion)
    throw failed(`it is at ${label} now, but should be at ${manifest.databaseVersion}`, "It is complete.", "pulumi preview");
}

async function onHost(host: Host, command: Command, purpose: string, stdin: Secret, { progress, signal }: Context): Promise<Output> {
  return host.run(command, {
    ...{ as: "root", purpose, stdin, signal },
    timeoutSeconds: mostHours * 3600,
    expectedExitCodes: [0, ...Object.values(refusals)],
    onLine: (line) => {
      const [, read, size] = /^(\d+) of (\d+) read$/.exec(line) ?? [];
      if (read !== undefined && size !== undefined)
        progress(`${purpose}: ${Math.floor((Number(read) / Math.max(Number(size), 1)) * 100)} %`);
    },
  });
}

/** No migration begins meanwhile, and none runs. */
async function takeLock(database: DatabaseSession): Promise<void> {
  const [row] = await database.query<{ taken: number | null }>("SELECT GET_LOCK(?, 0) AS taken", [migrationLock(database)]);
  if (row?.taken !== 1)
    throw new MigrationRefused(`a migration of the database "${database.schema}" is running`, "Wait until it has ended.");
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

async function missingTables(database: DatabaseSession, { tables }: BackupManifest): Promise<string[]> {
  const there = await tablesOf(database);
  return tables.filter((name) => !there.includes(name));
}

async function tablesOf({ query, schema }: DatabaseSession): Promise<string[]> {
  const rows = await query<{ name: string }>("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?", [schema]);
  return rows.map(({ name }) => name);
}

async function maySetDefiners({ query }: DatabaseSession): Promise<boolean> {
  const grants = await query<Record<string, string>>("SHOW GRANTS");
  return setsDefiners(grants.flatMap((row) => Object.values(row).slice(0, 1)));
}
