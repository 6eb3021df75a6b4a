/** The tool's own record of what ran in a database, statement by statement; the application's `version` row is only what the scripts say. */
export const ledgerTable = "selfhelp_migrations";

export interface LedgerRow {
  script: string;
  from_version: string;
  to_version: string;
  statements: number;
  /** Statements that are known to have ended well. */
  done: number;
  /** Of the texts of those. */
  done_checksum: string;
  /** running: a statement was sent and its end never seen; failed: the one behind `done` failed, or was never sent. */
  state: "running" | "failed" | "applied";
  error: string | null;
  finished_at: string | null;
}

export const createLedger = `CREATE TABLE IF NOT EXISTS \`${ledgerTable}\` (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  script varchar(255) NOT NULL,
  checksum char(71) NOT NULL,
  from_version varchar(100) NOT NULL,
  to_version varchar(100) NOT NULL,
  statements int NOT NULL,
  done int NOT NULL,
  done_checksum char(71) NOT NULL,
  state enum('running','failed','applied') NOT NULL,
  error text NULL,
  backup varchar(100) NULL,
  started_at datetime(3) NOT NULL,
  finished_at datetime(3) NULL,
  UNIQUE KEY one_row_a_script (script, from_version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** A script that began and did not end well; at most one, since nothing begins behind it. */
export const selectUnfinished = `SELECT script, from_version, to_version, statements, done, done_checksum, state, error, CAST(finished_at AS char) AS finished_at
  FROM \`${ledgerTable}\` WHERE state <> 'applied' ORDER BY id DESC LIMIT 1`;

export const selectLastFinished = `SELECT DATE_FORMAT(MAX(finished_at), '%Y-%m-%dT%H:%i:%s.%fZ') AS finished FROM \`${ledgerTable}\``;

/** script, checksum, from, to, statements, done, done_checksum, backup */
export const beginScript = `INSERT INTO \`${ledgerTable}\`
  (script, checksum, from_version, to_version, statements, done, done_checksum, state, backup, started_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, 'running', ?, UTC_TIMESTAMP(3))
  ON DUPLICATE KEY UPDATE checksum = VALUES(checksum), statements = VALUES(statements), state = 'running', error = NULL, backup = VALUES(backup)`;

/** done, done_checksum, script, from: written before the next statement is sent, so that a lost connection leaves which one it was. */
export const markDone = `UPDATE \`${ledgerTable}\` SET done = ?, done_checksum = ? WHERE script = ? AND from_version = ?`;

/** state, error, done, done_checksum, script, from */
export const endScript = `UPDATE \`${ledgerTable}\` SET state = ?, error = ?, done = ?, done_checksum = ?, finished_at = UTC_TIMESTAMP(3)
  WHERE script = ? AND from_version = ?`;

/** How a database in the middle of a script is called, everywhere. */
export const halfApplied = (row: Pick<LedgerRow, "to_version" | "done" | "statements" | "script">): string =>
  `${row.to_version} (half-applied: ${row.done} of ${row.statements} statements of ${row.script})`;

/** The script of such a label; undefined when the version is whole. */
export const halfAppliedScript = (version: string): string | undefined =>
  / \(half-applied: \d+ of \d+ statements of (.*)\)$/.exec(version)?.[1];
