import type { Database } from "../../database/database";
import { StatementFailed } from "../../database/errors";
import { interruptedLabel, readRestores, readRestoring, restoresTable, restoreTables, restoringTable } from "../rollback/history";
import { UnknownDatabase } from "./errors";
import { halfApplied, type LedgerRow, ledgerTable, readLedger } from "./ledger";

/** What is true of the database: its version, "empty", or which script it is in the middle of. */
export interface LiveVersion {
  /** As people are told: "v8.0.0", "empty", or "v8.1.0 (half-applied: 12 of 21 statements of 40_….sql)". */
  label: string;
  /** The script that it is in the middle of. */
  unfinished: LedgerRow | undefined;
  /** The backup that it was to be restored from when that was interrupted. */
  restoring: string | undefined;
  /** Ids of the backups that it was restored from. */
  restored: string[];
  /** Whether another session runs a migration of this database right now. */
  isRunning: boolean;
  /** Scripts that are done, by this tool or, resolved, by hand. */
  applied: LedgerRow[];
  /** All that the ledger says. */
  ledger: LedgerRow[];
}

/** How a database is called that this tool has migrated or restored, and whose version can't be read any more. */
export const unknownVersion = "unknown";

/** Only reads. @throws UnknownDatabase for one that has tables but no readable version, and that this tool never changed: it may be anybody's */
export async function readLiveVersion(database: Database): Promise<LiveVersion> {
  const { schema } = database;
  const tables = await database.query<{ name: string }>("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?", [
    schema,
  ]);
  const all = tables.map(({ name }) => name);
  const names = all.filter((name) => name !== ledgerTable && !restoreTables.includes(name));
  const rows = all.includes(ledgerTable) ? await readLedger(database) : [];
  const restored = all.includes(restoresTable) ? (await readRestores(database)).map(({ backup }) => backup) : [];
  const restoring = all.includes(restoringTable) ? (await readRestoring(database))?.backup : undefined;
  const unfinished = rows.findLast(({ state, done }) => state === "running" || (state === "failed" && done > 0));
  const isRunning = unfinished?.state === "running" && (await isLocked(database));
  const applied = rows.filter(({ state }) => state === "applied" || state === "resolved");
  const live = { unfinished, restoring, restored, isRunning, applied, ledger: rows };
  if (restoring !== undefined) return { label: interruptedLabel(restoring), ...live };
  if (unfinished !== undefined) return { label: halfApplied(unfinished), ...live };
  if (names.length === 0) return { label: "empty", ...live };
  const version = await readVersionRow(database);
  if (version === undefined && rows.length === 0 && restored.length === 0) throw new UnknownDatabase(schema, names.length);
  return { label: version ?? unknownVersion, ...live };
}

/** The user lock that one migration of a database holds; another server-wide name isn't needed. */
export const migrationLock = ({ schema }: Database): string => `selfhelp_migrations.${schema}`.slice(0, 64);

/** The one that the session of a script holds: the server ends a statement also when whoever sent it is gone. */
export const scriptLock = ({ schema }: Database): string => `selfhelp_script.${schema}`.slice(0, 64);

/** Whether GET_LOCK gave a lock to who asked (`taken`); MySQL's answer is a bigint, which arrives as text. */
export const isTaken = (row: { taken: number | string | null } | undefined): boolean => Number(row?.taken) === 1;

async function isLocked(database: Database): Promise<boolean> {
  const [row] = await database.query<{ other: number }>(
    "SELECT COALESCE(IS_USED_LOCK(?) <> CONNECTION_ID(), 0) OR COALESCE(IS_USED_LOCK(?) <> CONNECTION_ID(), 0) AS other",
    [migrationLock(database), scriptLock(database)],
  );
  return Number(row?.other) === 1;
}

/** The newest row of the application's own table; undefined when there is none to be read. */
export async function readVersionRow(database: Database): Promise<string | undefined> {
  const rows = await database
    .query<{ version: string | null }>("SELECT version FROM ??.version ORDER BY id DESC LIMIT 1", [database.schema])
    .catch((error: unknown) => (isMissing(error) ? [] : Promise.reject(error as Error)));
  return rows[0]?.version?.trim() || undefined;
}

/** The server knows no such table, or no such column in it. */
const isMissing = (error: unknown): boolean => error instanceof StatementFailed && [1054, 1146].includes(error.errno);
