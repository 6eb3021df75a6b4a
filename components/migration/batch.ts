import { looksBack } from "./resume";
import type { Script } from "./script";
import { splitStatements, type Statement } from "./split";
import { mostWarnings, type ServerWarning, type StatementWarnings } from "./warnings";

/** Statements that are sent together at most. */
const largestBatch = 64;

/** Milliseconds after which a batch ends with the statement that it is at: a cancel waits for that, and a dead deployer's server goes on no further. */
const batchTime = 100;

/** Characters of a statement that still counts as small. */
const smallText = 4096;

/**
 * Small statements from `index` on that only add or change the rows they name, so that each can have a transaction with its mark in the ledger, and
 * all can travel in one go; none when the one at `index` isn't such.
 */
export function batchAt({ parts }: Script, index: number): Statement[] {
  const batch: Statement[] = [];
  for (let at = index; batch.length < largestBatch; at++) {
    const [statement, next] = parts.slice(at, at + 2);
    if (statement === undefined || !isSmall(statement) || (next !== undefined && looksBack(next))) break;
    batch.push(statement);
  }
  return batch;
}

/**
 * The batch as one statement, since several would each be answered in a packet of their own, and those wait for each other's acknowledgement. In it
 * a statement means what it does alone: the same transaction as by itself, no names of ours that it could mistake for a column, an error ends all,
 * the time that NOW() tells is its own, and nothing stands between it and the question for its warnings.
 * @param first number of its first statement, from 1
 * @param marks statements that tell the ledger, one for each
 */
export function block(batch: readonly Statement[], first: number, marks: readonly string[]): string {
  const each = batch.map(({ text }, index) => {
    const number = first + index;
    return [
      `SET @selfhelp_at = ${number}; START TRANSACTION; ${text}`,
      `; IF @@warning_count > 0 THEN SELECT ${number} AS statement, @@warning_count AS count; SHOW WARNINGS LIMIT ${mostWarnings}; END IF; ` +
        `${marks[index]}; COMMIT; IF SYSDATE(6) > @selfhelp_until THEN LEAVE batch; END IF;`,
    ].join("\n");
  });
  const until = `SET @selfhelp_until = SYSDATE(6) + INTERVAL ${batchTime * 1000} MICROSECOND;`;
  return `BEGIN NOT ATOMIC\n${until}\nbatch: BEGIN\n${each.join("\n")}\nEND;\n${selectAt};\nEND`;
}

/** Which statement of a block was the last to begin; after one that the server couldn't read, it is an earlier block's. */
export const selectAt = "SELECT @selfhelp_at AS number";

/** What a block answers: the last statement that ran, and what the server says of each. */
export function answerOf(results: readonly object[][]): { last: number; warnings: StatementWarnings[] } {
  const warnings = results.flatMap(([row], index) => {
    const { statement, count } = (row ?? {}) as { statement?: number; count?: number };
    if (statement === undefined) return [];
    return [{ statement: Number(statement), count: Number(count), shown: (results[index + 1] ?? []) as ServerWarning[] }];
  });
  const [row] = (results.at(-1) ?? []) as { number?: number }[];
  if (row?.number === undefined) throw new Error("a block of statements ended without its answer");
  return { last: Number(row.number), warnings };
}

export const ownsTransactions = ({ parts }: Script): boolean => parts.some(({ text }) => transaction.test(text));

const transaction =
  /^(?:\/\*M?!\d*\s*)?(START\s+TRANSACTION|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|XA|LOCK|UNLOCK|FLUSH)\b|^(?:\/\*M?!\d*\s*)?SET\b[^']*\bAUTOCOMMIT\b/i;

/** One that reads other rows or goes through all of a table may take long: it has the session to itself. RETURNING answers with rows. */
const isSmall = (statement: Statement): boolean =>
  statement.text.length <= smallText &&
  namesItsRows.test(statement.text) &&
  !/\b(SELECT|RETURNING)\b/i.test(statement.text) &&
  !looksBack(statement) &&
  isOne(statement);

const namesItsRows =
  /^(INSERT|REPLACE)\b|^UPDATE\s+(LOW_PRIORITY\s+)?(IGNORE\s+)?[\w$.`]+\s+SET\b[\s\S]*\bWHERE\b|^DELETE\s+(LOW_PRIORITY\s+)?(QUICK\s+)?(IGNORE\s+)?FROM\s+[\w$.`]+\s+WHERE\b/i;

/** Behind another delimiter, one may be several. */
export const isOne = ({ text }: Statement): boolean => !text.includes(";") || splitStatements(text).length === 1;
