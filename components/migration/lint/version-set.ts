import type { Name, Sql } from "../sql/statement";
import type { ScriptRead, StatementRead } from "./read-script";

export const isVersionTable = ({ name }: Name): boolean => name.toLowerCase() === "version";

/** A statement that sets the database's version, and what to; undefined as a version: it is computed. */
export interface VersionSet {
  statement: StatementRead;
  version: string | undefined;
}

/** Every statement of a script that sets the version. */
export const versionsSet = ({ statements }: ScriptRead): VersionSet[] =>
  statements.flatMap((statement) => (setsVersion(statement.sql) ? [{ statement, version: versionOf(statement.sql) }] : []));

function setsVersion(sql: Sql): boolean {
  if (sql.is === "insert") return isVersionTable(sql.table);
  return sql.is === "update" && sql.tables.some(isVersionTable) && sql.sets.some(({ column }) => column.toLowerCase() === "version");
}

function versionOf(sql: Sql): string | undefined {
  if (sql.is === "insert") return sql.values["version"];
  return sql.is === "update" ? sql.sets.find(({ column }) => column.toLowerCase() === "version")?.value : undefined;
}
