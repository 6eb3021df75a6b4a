import { looksBack } from "./resume";
import type { Script } from "./script";
import type { Statement } from "./split";

/** Statements that are sent together at most: a cancel waits for their end. */
export const largestBatch = 16;

/** Characters of a statement that still counts as small. */
const smallText = 4096;

/**
 * Small statements from `index` on that only add the rows they name, so that each can have a transaction with its mark in the ledger, and all can
 * travel in one go; none when the one at `index` isn't such, or the script has transactions or locks of its own.
 */
export function batchAt(script: Script, index: number, size: number): Statement[] {
  const batch: Statement[] = [];
  for (let at = index; batch.length < size; at++) {
    const [statement, next] = script.parts.slice(at, at + 2);
    if (statement === undefined || !addsNamedRows(statement) || (next !== undefined && looksBack(next))) break;
    batch.push(statement);
  }
  return batch;
}

/** The batch as one statement, since several would each be answered in a packet of their own, and those wait for each other's acknowledgement. */
export const block = (batch: readonly Statement[], marks: readonly string[]): string =>
  `BEGIN NOT ATOMIC\n${batch.map(({ text }, index) => `START TRANSACTION; ${text}\n; ${marks[index]}; COMMIT;\n`).join("")}END`;

/** Such blocks outside of routines are MariaDB's own. */
export const hasBlocks = (server: string): boolean => /mariadb/i.test(server);

export const ownsTransactions = ({ parts }: Script): boolean => parts.some(({ text }) => transaction.test(text));

const transaction =
  /^(?:\/\*M?!\d*\s*)?(START\s+TRANSACTION|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|XA|LOCK|UNLOCK|FLUSH)\b|^(?:\/\*M?!\d*\s*)?SET\b[^']*\bAUTOCOMMIT\b/i;

/** What goes through a table may take long, and a cancel would wait for all of a batch. */
const addsNamedRows = (statement: Statement): boolean =>
  statement.text.length <= smallText && /^(INSERT|REPLACE)\b(?![\s\S]*\bSELECT\b)/i.test(statement.text) && !looksBack(statement);
