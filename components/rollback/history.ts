import type { Database } from "../../database/database";

/** Which backups a database was restored from; it is carried over into what is restored. */
export const restoresTable = "selfhelp_restores";

/** There while a restore is under way, or was interrupted: the database then holds part of a backup, or nothing. */
export const restoringTable = "selfhelp_rollback";

/** This tool's own tables, of which a restore takes care itself. */
export const restoreTables: readonly string[] = [restoresTable, restoringTable];

export interface RestoreRow {
  backup: string;
  operator: string;
  /** ISO 8601, UTC. */
  finished_at: string;
}

/** A restore that has begun. */
export interface Restoring {
  backup: string;
  /** As JSON: the restores before it. */
  history: string;
}

// In all statements `??` is the schema.

export const createRestores = `CREATE TABLE IF NOT EXISTS ??.${restoresTable} (
  backup varchar(100) NOT NULL PRIMARY KEY,
  operator varchar(255) NOT NULL,
  finished_at varchar(30) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** schema; backup, operator, finished_at */
export const addRestore = `REPLACE INTO ??.${restoresTable} (backup, operator, finished_at) VALUES (?, ?, ?)`;

export const createRestoring = `CREATE TABLE IF NOT EXISTS ??.${restoringTable} (
  one int NOT NULL PRIMARY KEY,
  backup varchar(100) NOT NULL,
  history mediumtext NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** schema; backup, history */
export const setRestoring = `REPLACE INTO ??.${restoringTable} (one, backup, history) VALUES (1, ?, ?)`;

export const dropRestoring = `DROP TABLE ??.${restoringTable}`;

/** Oldest first. */
export async function readRestores({ query, schema }: Database): Promise<RestoreRow[]> {
  return query<RestoreRow>(`SELECT backup, operator, finished_at FROM ??.${restoresTable} ORDER BY finished_at`, [schema]);
}

/** @returns undefined when the table was made, and nothing written yet: then nothing of the database was touched */
export async function readRestoring({ query, schema }: Database): Promise<Restoring | undefined> {
  const [row] = await query<Restoring>(`SELECT backup, history FROM ??.${restoringTable}`, [schema]);
  return row;
}

/** How a database is called whose restore was interrupted, everywhere. */
export const interruptedLabel = (backup: string): string => `restored from ${backup} in part only`;

/** How it is called while a restore is wanted that has not been yet. */
export const beforeRestore = (label: string, backup: string): string => `${label} (before the restore of ${backup})`;

/** Whether a live version says that a restore is still to come. */
export const awaitsRestore = (version: string): boolean => / \(before the restore of [^)]*\)$/.test(version);
