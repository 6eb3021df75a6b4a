import type { Database } from "../../database/database";
import type { DatabaseSession } from "../../database/connect";
import { dialectOf } from "../../database/dialect";
import { StatementFailed } from "../../database/errors";
import { Cancelled } from "../../host/errors";
import type { Context } from "../../provider/handler";
import type { Durations, SessionSettings } from "./contract";
import { LedgerNotWritten, MigrationRefused } from "./errors";
import { beginScript, makeLedger, selectRow } from "./ledger";
import type { Step } from "./plan";
import { isTaken, migrationLock, readLiveVersion, scriptLock } from "./read-version";
import { checksumOfFirst } from "./script";
import { sendStatements } from "./send";
import { type BegunRow, settle } from "./settle";
import { restoreVariables } from "./variables";

/** What a migration is run with. */
export interface Runner {
  /** Untouched by what scripts set in their sessions: reads and writes the ledger between scripts. */
  database: Database;
  /** A new session for each script, as the mariadb client would have; what it leaves uncommitted is undone. */
  open(): Promise<DatabaseSession>;
  /** The live version that the steps start from. */
  plannedFrom: string;
  backup: string | null;
  /** Whose scripts these are. */
  commit: string;
  settings: SessionSettings;
  /** How long the statements took in a rehearsal, if there was one. */
  rehearsed?: Durations | null;
  context: Context;
}

/** The ledger's session says nothing while a statement of a script runs; a server's own limit for silence may be a minute. */
const longestStatementSeconds = 7 * 24 * 3600;

/**
 * Runs scripts one after the other, as the only migration of this database.
 * @returns how long their statements took
 * @throws MigrationRefused when another one runs; LedgerNotWritten; MigrationFailed, MigrationCancelled, MigrationInterrupted, MigrationIncomplete,
 * after which the ledger says how far it came
 */
export async function runSteps(steps: readonly Step[], runner: Runner): Promise<Durations> {
  const { database } = runner;
  // Many round trips, and all others are made meanwhile: the first script's session.
  const first = steps.length > 0 ? runner.open() : undefined;
  first?.catch(() => undefined); // told to who waits for it
  try {
    const server = await takeMigrationLock(database);
    await database.query("SET SESSION wait_timeout = ?", [longestStatementSeconds]);
    await assertStillAt(runner);
    await makeLedger(database).catch(notWritten(database));
    const durations: Durations = {};
    let { backup } = runner;
    for (const [index, step] of steps.entries()) {
      const session = index === 0 ? first : undefined;
      const ran = await runScript(step, server, () => session ?? runner.open(), { ...runner, backup });
      durations[step.script.file] = ran.durations;
      // This run's own is of a database in the middle of the script that was continued: the way back for those behind it, too, is the one from before that.
      backup = ran.backup;
    }
    return durations;
  } finally {
    await first?.then((session) => session.close()).catch(() => undefined);
    await database.query("SELECT RELEASE_LOCK(?)", [migrationLock(database)]).catch(() => undefined);
  }
}

const notWritten =
  ({ schema }: Database, file?: string) =>
  (error: unknown): never => {
    throw error instanceof StatementFailed ? new LedgerNotWritten(schema, file, error.message) : error;
  };

/** @returns what the server calls itself */
async function takeMigrationLock(database: Database): Promise<string> {
  const [row] = await database.query<{ taken: number | null; server: string }>("SELECT GET_LOCK(?, 0) AS taken, VERSION() AS server", [
    migrationLock(database),
  ]);
  if (row !== undefined && isTaken(row)) return row.server;
  throw new MigrationRefused(`another migration of the database "${database.schema}" is running`, "Wait until it has ended.");
}

/** What another deployer did between the reading and this lock. */
async function assertStillAt({ database, plannedFrom }: Runner): Promise<void> {
  const { label } = await readLiveVersion(database);
  if (label === plannedFrom) return;
  throw new MigrationRefused(
    `the database "${database.schema}" was at ${plannedFrom} when this was planned, and is at ${label} now: somebody else changed it`,
    "Type: pulumi preview, to see what is left to do.",
  );
}

/** What became of one script: how long its statements took, and the backup from before its first one. */
interface Ran extends Pick<BegunRow, "backup"> {
  durations: Record<string, number>;
}

async function runScript(step: Step, server: string, open: () => Promise<DatabaseSession>, runner: Runner): Promise<Ran> {
  const { file } = step.script;
  if (runner.context.signal.aborted)
    throw new Cancelled(`the migration, before ${file},`, "nothing of that script ran; pulumi up continues there");
  const session = await open();
  try {
    const sqlMode = await prepareSession(session, server, runner.settings);
    await restoreSession(session, step);
    const row = await begin(step, sqlMode, runner).catch(notWritten(runner.database, file));
    const ending = await sendStatements({ session, id: row.id, server }, step, runner);
    await session.close();
    await settle(ending, row, step, runner);
    return { durations: ending.durations, backup: row.backup };
  } finally {
    await session.close();
  }
}

/** What a script's first statements left in the session that they ran in. A setting may take its value from a variable, or give it another one than it had in the end. */
async function restoreSession(session: DatabaseSession, { repeat, variables = {} }: Step): Promise<void> {
  await restoreVariables(session, { values: variables });
  for (const { text } of repeat) await session.execute(text);
  await restoreVariables(session, { values: variables });
}

/** Seconds that the server may take to clean up after the session of the script before. */
const cleanUpSeconds = 10;

/** Gives it its settings, and the lock that it holds. @returns the sql_mode that it has */
async function prepareSession(
  session: DatabaseSession,
  server: string,
  { lockWaitSeconds, statementSeconds, sqlMode }: SessionSettings,
): Promise<string> {
  const waits = [lockWaitSeconds, lockWaitSeconds];
  await session.query("SET SESSION lock_wait_timeout = ?, SESSION innodb_lock_wait_timeout = ?", waits);
  if (sqlMode !== undefined) await session.query("SET SESSION sql_mode = ?", [sqlMode]);
  const lock = [scriptLock(session), cleanUpSeconds];
  const [row] = await session.query<{ taken: number | null; mode: string }>(
    "SELECT GET_LOCK(?, ?) AS taken, @@SESSION.sql_mode AS mode",
    lock,
  );
  if (row === undefined || !isTaken(row))
    throw new MigrationRefused(
      `the server still runs a statement of an earlier migration of the database "${session.schema}"`,
      "Wait until it has ended; SHOW FULL PROCESSLIST shows it.",
    );
  // Only now: it would end the wait for the lock, too.
  if (statementSeconds !== undefined) {
    const { sql, values } = dialectOf(server).statementLimit(statementSeconds);
    await session.query(sql, values);
  }
  return row.mode;
}

async function begin({ script, done }: Step, sqlMode: string, { database, backup, commit, context }: Runner): Promise<BegunRow> {
  const { schema } = database;
  await database.query(beginScript, [
    schema,
    script.file,
    script.checksum,
    script.from,
    script.to,
    script.statements,
    done,
    checksumOfFirst(script, done),
    backup,
    commit,
    context.inventory.operator,
    sqlMode,
  ]);
  const [row] = await database.query<BegunRow>(selectRow, [schema, script.file, script.from]);
  return { id: Number(row?.id), backup: row?.backup ?? null };
}
