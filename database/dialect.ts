import type { ParsedGrant } from "./grants";

/** What MySQL and MariaDB say or want in different words. */
export interface Dialect {
  kind: "mariadb" | "mysql";
  name: "MariaDB" | "MySQL";
  /** Whether it runs blocks of statements outside of routines (BEGIN NOT ATOMIC …). */
  runsBlocks: boolean;
  /** Sets how long one statement of a session may take; MySQL only limits SELECT. */
  statementLimit(seconds: number): { sql: string; values: number[] };
  /** The right to read the text of everybody's routines. */
  readRoutines: ParsedGrant;
  /** The rights, on the whole server, to make things that act for somebody else (DEFINER), be it root. */
  actForOthers: string;
  /** The statement that lets everybody make functions and triggers where there is a binary log; where the server can, it outlasts its restart. */
  trustCreators: string;
}

/** @param version what the server says: "10.11.6-MariaDB", "8.4.0" */
export const dialectOf = (version: string): Dialect => (/mariadb/i.test(version) ? mariadb : mysql(version));

const procTable: ParsedGrant = { privileges: ["SELECT"], database: "mysql", table: "proc" };

const mariadb: Dialect = {
  kind: "mariadb",
  name: "MariaDB",
  runsBlocks: true,
  statementLimit: (seconds) => ({ sql: "SET SESSION max_statement_time = ?", values: [seconds] }),
  readRoutines: procTable,
  actForOthers: "SET USER",
  trustCreators: "SET GLOBAL log_bin_trust_function_creators = ON;",
};

const mysql = (version: string): Dialect => ({
  kind: "mysql",
  name: "MySQL",
  runsBlocks: false,
  statementLimit: (seconds) => ({ sql: "SET SESSION max_execution_time = ?", values: [seconds * 1000] }),
  readRoutines: isAtLeast(version, [8, 0, 20]) ? { privileges: ["SHOW_ROUTINE"], database: "*", table: "*" } : routinesBefore(version),
  actForOthers: isAtLeast(version, [8, 2, 0])
    ? "SET_ANY_DEFINER, SYSTEM_USER"
    : isAtLeast(version, [8, 0, 16])
      ? "SET_USER_ID, SYSTEM_USER"
      : "SUPER",
  trustCreators: `SET ${isAtLeast(version, [8, 0, 0]) ? "PERSIST" : "GLOBAL"} log_bin_trust_function_creators = ON;`,
});

const routinesBefore = (version: string): ParsedGrant =>
  isAtLeast(version, [8, 0, 0]) ? { privileges: ["SELECT"], database: "*", table: "*" } : procTable;

function isAtLeast(version: string, wanted: readonly number[]): boolean {
  const numbers = version.split(/\D+/).map(Number);
  const differing = wanted.findIndex((number, index) => (numbers[index] ?? 0) !== number);
  return differing === -1 || (numbers[differing] ?? 0) > (wanted[differing] ?? 0);
}
