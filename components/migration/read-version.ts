import type { Database } from "../../database/database";
import { MigrationRefused } from "./errors";
import { halfApplied, type LedgerRow, ledgerTable, selectUnfinished } from "./ledger";

/** What is true of the database: its version, "empty", or which script it is in the middle of. */
export interface LiveVersion {
  /** As people are told: "v8.0.0", "empty", or "v8.1.0 (half-applied: 12 of 21 statements of 40_….sql)". */
  label: string;
  /** The script that it is in the middle of. */
  unfinished: LedgerRow | undefined;
  hasLedger: boolean;
}

/** The label alone. */
export const readDatabaseVersion = async (database: Database): Promise<string> => (await readLiveVersion(database)).label;

/** Only reads. @throws MigrationRefused for a database that has tables but no readable version */
export async function readLiveVersion(database: Database): Promise<LiveVersion> {
  const tables = await database.query<{ name: string }>("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()");
  const names = tables.map(({ name }) => name);
  const hasLedger = names.includes(ledgerTable);
  const [unfinished] = hasLedger ? await database.query<LedgerRow>(selectUnfinished) : [];
  if (unfinished !== undefined) return { label: halfApplied(unfinished), unfinished, hasLedger };
  if (names.every((name) => name === ledgerTable)) return { label: "empty", unfinished, hasLedger };
  return { label: await versionRow(database, names), unfinished, hasLedger };
}

async function versionRow(database: Database, tables: readonly string[]): Promise<string> {
  const rows = tables.includes("version")
    ? await database.query<{ version: string | null }>("SELECT version FROM version ORDER BY id DESC LIMIT 1").catch(() => [])
    : [];
  const version = rows[0]?.version?.trim();
  if (version !== undefined && version !== "") return version;
  throw new MigrationRefused(
    `the database "${database.schema}" has ${tables.length} tables, but no readable version (the newest row of table version)`,
    `If it belongs to this application, set its version by hand: INSERT INTO version (version) VALUES ('v8.0.0'); if not, selfhelp:database names the wrong one.`,
  );
}
