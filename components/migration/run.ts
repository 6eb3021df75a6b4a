import type { Database } from "../../database/database";
import { StatementFailed } from "../../database/errors";
import type { Context } from "../../provider/handler";
import { MigrationRefused, MigrationStopped } from "./errors";
import { beginScript, createLedger, endScript, type LedgerRow, markDone } from "./ledger";
import { checksum, type Script } from "./scripts";
import type { Statement } from "./split";

const lockName = "selfhelp_migrations";

/** Runs `work` as the only migration of this database. @throws MigrationRefused when another one runs */
export async function asOnlyRunner<Result>(database: Database, lockWaitSeconds: number, work: () => Promise<Result>): Promise<Result> {
  await database.query("SET SESSION lock_wait_timeout = ?, SESSION innodb_lock_wait_timeout = ?", [lockWaitSeconds, lockWaitSeconds]);
  const name = `${lockName}.${database.schema}`.slice(0, 64);
  const [row] = await database.query<{ taken: number | null }>("SELECT GET_LOCK(?, 0) AS taken", [name]);
  if (row?.taken !== 1) throw new MigrationRefused("another migration of this database is running", "Wait until it has ended.");
  try {
    await database.execute(createLedger);
    return await work();
  } finally {
    await database.query("SELECT RELEASE_LOCK(?)", [name]).catch(() => undefined);
  }
}

/**
 * Runs one script, statement by statement, from where the ledger says it stopped.
 * @throws MigrationStopped; the ledger then says how far it came
 */
export async function runScript(database: Database, script: Script, unfinished: LedgerRow | undefined, backup: string | null, context: Context): Promise<void> {
  const first = continueAt(script, unfinished);
  const key = [script.file, script.from];
  const begun = [script.file, script.checksum, script.from, script.to, script.statements, first, checksumOf(script, first), backup];
  await database.query(beginScript, begun);
  for (let index = first; index < script.parts.length; index++) {
    const statement = script.parts[index] as Statement;
    context.progress(`${script.file} ${index + 1}/${script.statements} statements`);
    const stop = async (reason: string): Promise<never> => {
      await database.query(endScript, ["failed", reason, index, checksumOf(script, index), ...key]).catch(() => undefined);
      throw new MigrationStopped({ script: script.file, number: index + 1, statements: script.statements, ...statement, reason, backup });
    };
    if (context.signal.aborted) await stop(`cancelled after statement ${index} of ${script.statements}`);
    if (index > first) await database.query(markDone, [index, checksumOf(script, index), ...key]);
    const { warnings } = await database.execute(statement.text).catch((error: unknown) => (isStatementsOwn(error) ? stop(error.message) : lost(error, script, index)));
    if (warnings > 0) context.warn(`${script.file}:${statement.line}: ${warnings} ${warnings === 1 ? "warning" : "warnings"} of the server`);
  }
  await database.query(endScript, ["applied", null, script.statements, checksumOf(script, script.statements), ...key]);
}

const isStatementsOwn = (error: unknown): error is StatementFailed => error instanceof StatementFailed && !error.connectionLost;

/** Nobody saw the statement end: the ledger says "running", and says so. */
function lost(error: unknown, script: Script, index: number): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new MigrationRefused(
    `${script.file}: ${reason} while statement ${index + 1} of ${script.statements} ran; nobody knows whether it took effect`,
    askWhetherItEnded(script.file, index),
  );
}

function continueAt(script: Script, unfinished: LedgerRow | undefined): number {
  if (unfinished?.script !== script.file) return 0;
  const { done } = unfinished;
  if (unfinished.state === "running")
    throw new MigrationRefused(
      `${script.file} was interrupted while statement ${done + 1} of ${script.statements} ran; nobody knows whether it took effect`,
      askWhetherItEnded(script.file, done),
    );
  if (checksumOf(script, done) !== unfinished.done_checksum)
    throw new MigrationRefused(
      `${script.file} can't be continued: one of its first ${done} statements, which have run already, was changed`,
      `Put them back as they were and change only what comes behind, or restore the backup.`,
    );
  return done;
}

const askWhetherItEnded = (script: string, done: number): string =>
  `Look into the database, then say it in the ledger: UPDATE selfhelp_migrations SET state = 'failed' WHERE script = '${script}'; ` +
  `if the statement did take effect, set done = ${done + 1} in the same statement, and \`pulumi up\` goes on behind it; if not, it is run again.`;

/** Of the first statements' texts, so that a changed script is noticed. */
const checksumOf = (script: Script, count: number): string => checksum(script.parts.slice(0, count).map(({ text }) => text).join("\0"));
