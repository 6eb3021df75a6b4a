import type { Database } from "../../database/database";
import { grantsIn } from "../../database/grants";
import type { SchemaObject } from "./contract";

/** What a server says of its binary log. */
export interface BinaryLog {
  isOn: boolean;
  /** Whether it lets everybody make functions and triggers all the same. */
  trustsCreators: boolean;
}

/** In a statement of its own: beside MAX(), MariaDB 10.11 answers 0. */
export async function readBinaryLog({ query }: Database): Promise<BinaryLog> {
  const [row] = await query<{ logs: number; trusts: number }>("SELECT @@log_bin AS logs, @@log_bin_trust_function_creators AS trusts");
  return { isOn: Number(row?.logs) === 1, trustsCreators: Number(row?.trusts) === 1 };
}

/** What an administrator runs where functions or triggers could not be restored; undefined: nothing. */
export function statementToMakeFunctions(
  { isOn, trustsCreators }: BinaryLog,
  grants: readonly string[],
  objects: readonly SchemaObject[],
): string | undefined {
  const isAdministrator = grantsIn(grants).some(
    ({ privileges, database }) => database === "*" && privileges.some((one) => ["ALL PRIVILEGES", "SUPER"].includes(one)),
  );
  if (!isOn || trustsCreators || isAdministrator || !objects.some(({ kind }) => ["function", "trigger"].includes(kind))) return undefined;
  return "SET GLOBAL log_bin_trust_function_creators = 1;";
}

/** Why it is needed, in a sentence about a server. */
export const logsAndTrustsNobody = "keeps a binary log, and lets only administrators make functions and triggers";
