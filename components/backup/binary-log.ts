import type { Database } from "../../database/database";

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

/** Why it is needed, in a sentence about a server. */
export const logsAndTrustsNobody =
  "keeps a binary log, and then lets only administrators make functions and triggers, and nobody a function that is not declared DETERMINISTIC or as one that only reads";
