import type { Database } from "../../database/database";

/** A column whose default is another one in a dump. */
export interface LostDefault {
  /** "users.mood" */
  column: string;
  /** What it really is. */
  value: string;
}

/** Literals that hold a question mark, as the server tells them; an expression is told whole. (A "?" in the text would be a placeholder.) */
const selectSuspects = `SELECT c.table_name AS tableName, c.column_name AS columnName FROM information_schema.columns AS c
  JOIN information_schema.tables AS t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type <> 'VIEW'
  WHERE c.table_schema = ? AND LOCATE(CHAR(63), c.column_default) > 0 AND c.extra NOT LIKE '%DEFAULT_GENERATED%'
  AND (LEFT(c.column_default, 1) = CHAR(39) OR VERSION() NOT LIKE '%MariaDB%') ORDER BY c.table_name, c.ordinal_position`;

/** Of a table with no rows, too. */
const selectDefault = "SELECT DEFAULT(t.??) AS value FROM (SELECT 1 AS one) AS one LEFT JOIN ??.?? AS t ON FALSE";

/**
 * Defaults with characters of four bytes (🙂). The server describes its tables in its own character set, which may have none: it says "?", so that is what
 * a dump says, and what the copy of it says, too. Comments have the same fate, but nothing tells what they really are.
 */
export async function lostDefaults({ query, schema }: Database): Promise<LostDefault[]> {
  const lost: LostDefault[] = [];
  for (const { tableName, columnName } of await query<{ tableName: string; columnName: string }>(selectSuspects, [schema])) {
    const [row] = await query<{ value: unknown }>(selectDefault, [columnName, schema, tableName]);
    if (typeof row?.value === "string" && /[\u{10000}-\u{10FFFF}]/u.test(row.value))
      lost.push({ column: `${tableName}.${columnName}`, value: row.value });
  }
  return lost;
}
