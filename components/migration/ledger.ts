import type { Database } from "../../database/database";
import { counted } from "./chain";

/** The tool's own record of what ran in a database, statement by statement; the application's `version` row is only what the scripts say. */
export const ledgerTable = "selfhelp_migrations";

export interface LedgerRow {
  id: number;
  script: string;
  from_version: string;
  to_version: string;
  statements: number;
  /** Of the file's bytes. */
  checksum: string;
  /** Statements that are known to have ended well. */
  done: number;
  /** Of the texts of those. */
  done_checksum: string;
  /**
   * running: the statement behind `done`, if there is one, may have been sent, and nobody saw how it ended; failed: it failed, or was never sent;
   * resolved: a person finished it by hand.
   */
  state: "running" | "failed" | "applied" | "resolved";
  error: string | null;
  /** The backup that was made before its first statement. */
  backup: string | null;
  finished_at: string | null;
  /** Of the session that it stopped in, where it was not lost: see variables.ts. Absent in the ledger of an earlier release. */
  variables?: string | null;
  /** The commit whose script it was. */
  commit_id: string | null;
  /** Who ran it: "ann@laptop" */
  operator: string | null;
  /** How long its last run took; absent where it wasn't that run that ended it. */
  milliseconds?: number;
}

// In all statements `??` is the schema: a script may have selected another one.

const createLedger = `CREATE TABLE IF NOT EXISTS ??.${ledgerTable} (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  script varchar(255) NOT NULL,
  checksum char(71) NOT NULL,
  from_version varchar(100) NOT NULL,
  to_version varchar(100) NOT NULL,
  statements int NOT NULL,
  done int NOT NULL,
  done_checksum char(71) NOT NULL,
  state varchar(10) NOT NULL,
  error text NULL,
  backup varchar(100) NULL,
  commit_id varchar(64) NULL,
  operator varchar(255) NULL,
  sql_mode varchar(2000) NULL,
  variables mediumtext NULL,
  started_at datetime(3) NOT NULL,
  finished_at datetime(3) NULL,
  UNIQUE KEY one_row_a_script (script, from_version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** All columns: a ledger that an earlier release of this tool made may lack some. */
const selectRows = `SELECT *, DATE_FORMAT(finished_at, '%Y-%m-%dT%H:%i:%s.%fZ') AS finished_at,
  TIMESTAMPDIFF(MICROSECOND, started_at, finished_at) AS microseconds FROM ??.${ledgerTable} ORDER BY id`;

/** What the ledger says, oldest first. */
export async function readLedger(database: Database): Promise<LedgerRow[]> {
  const rows = await database.query<LedgerRow & { microseconds: string | null }>(selectRows, [database.schema]);
  return rows.map(({ microseconds, ...row }) => ({
    ...row,
    commit_id: row.commit_id ?? null,
    operator: row.operator ?? null,
    ...(row.state === "applied" && microseconds !== null ? { milliseconds: Math.round(Number(microseconds) / 1000) } : {}),
  }));
}

/** What gives an older ledger the columns that came later. */
const laterColumns = {
  commit_id: `ALTER TABLE ??.${ledgerTable} ADD COLUMN commit_id varchar(64) NULL`,
  operator: `ALTER TABLE ??.${ledgerTable} ADD COLUMN operator varchar(255) NULL`,
  sql_mode: `ALTER TABLE ??.${ledgerTable} ADD COLUMN sql_mode varchar(2000) NULL`,
  variables: `ALTER TABLE ??.${ledgerTable} ADD COLUMN variables mediumtext NULL`,
};

/** Makes the ledger, or gives one of an earlier release what it lacks. */
export async function makeLedger(database: Database): Promise<void> {
  const { schema } = database;
  const columns = await database.query<{ name: string }>(
    "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = ? AND table_name = ?",
    [schema, ledgerTable],
  );
  if (columns.length === 0) return void (await database.query(createLedger, [schema]));
  for (const [name, addColumn] of Object.entries(laterColumns)) {
    if (columns.some((column) => column.name === name)) continue;
    await database.query(addColumn, [schema]);
  }
}

/**
 * schema; script, checksum, from, to, statements, done, done_checksum, backup, commit_id, operator, sql_mode. A script that is continued keeps the backup from
 * before its first statement: the newer ones hold what is half-applied.
 */
export const beginScript = `INSERT INTO ??.${ledgerTable}
  (script, checksum, from_version, to_version, statements, done, done_checksum, backup, commit_id, operator, sql_mode, state, started_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', UTC_TIMESTAMP(3))
  ON DUPLICATE KEY UPDATE checksum = VALUES(checksum), statements = VALUES(statements), done = VALUES(done), done_checksum = VALUES(done_checksum),
  backup = IF(VALUES(done) = 0, VALUES(backup), backup), commit_id = VALUES(commit_id), operator = VALUES(operator), sql_mode = VALUES(sql_mode), state = 'running', error = NULL,
  started_at = VALUES(started_at)`;

/** schema; script, from */
export const selectRow = `SELECT id, done, backup FROM ??.${ledgerTable} WHERE script = ? AND from_version = ?`;

/** schema; done, done_checksum, id: written before the next statement is sent, so that a lost connection leaves which one it was. */
export const markDone = `UPDATE ??.${ledgerTable} SET done = ?, done_checksum = ? WHERE id = ?`;

/** schema; state, error, variables, done, done_checksum, id */
export const endScript = `UPDATE ??.${ledgerTable} SET state = ?, error = ?, variables = ?, done = ?, done_checksum = ?, finished_at = UTC_TIMESTAMP(3) WHERE id = ?`;

/** schema; state, done, done_checksum, error, id: what a person says of a script that stopped. */
export const resolveScript = `UPDATE ??.${ledgerTable} SET state = ?, done = ?, done_checksum = ?, error = ?, finished_at = UTC_TIMESTAMP(3) WHERE id = ?`;

/** How a database in the middle of a script is called, everywhere. */
export const halfApplied = (row: Pick<LedgerRow, "to_version" | "done" | "statements" | "script">): string =>
  `${row.to_version} (half-applied: ${row.done} of ${counted(row.statements, "statement")} of ${row.script})`;
