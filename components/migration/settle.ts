import type { Database } from "../../database/database";
import { StatementFailed } from "../../database/errors";
import { remedyOfCircumstances } from "./circumstances";
import { MigrationCancelled, MigrationFailed, MigrationIncomplete, MigrationInterrupted, type Place } from "./errors";
import { endScript, type LedgerRow, selectRow } from "./ledger";
import type { Step } from "./plan";
import { readVersionRow } from "./read-version";
import type { Runner } from "./run";
import { checksumOfFirst, type Script } from "./script";
import type { Ending } from "./send";
import { sameVersion } from "./version";

/** A script's row in the ledger, and the backup from before its first statement. */
export type BegunRow = Pick<LedgerRow, "id" | "backup">;

/** Writes into the ledger how a script ended, after its session is over. @throws whatever kept it from being applied */
export async function settle(ending: Ending, { id, backup }: BegunRow, { script }: Step, { database }: Runner): Promise<void> {
  const { schema } = database;
  const done = await doneOf(ending, script, database);
  const place: Place = { schema, script, sent: Math.max(ending.sent, done), backup, done };
  const stop = ending.kind === "ended" ? await incomplete(place, database).catch(unrecorded(place)) : stopped(ending, place);
  const write = database.query(endScript, [
    schema,
    stop?.state ?? "applied",
    stop?.reason ?? null,
    // Of statements that were undone with their transaction, they are as after those.
    done === ending.sent ? ending.variables : null,
    done,
    checksumOfFirst(script, done),
    id,
  ]);
  if (stop === undefined) {
    await write.catch(unrecorded(place));
    return;
  }
  const isTold = await write.then(
    () => true,
    () => false,
  );
  throw stop.error(isTold ? place : { ...place, counted: Math.min(ending.recorded, done) });
}

/** What is missing then is done by the next migration, which finds no statement left. */
const unrecorded =
  (place: Place) =>
  (error: unknown): never => {
    if (!(error instanceof StatementFailed)) throw error;
    const reason = `all its statements ran, but ${error.connectionLost ? "before that was recorded" : "that could not be recorded:"} ${error.message}`;
    throw new MigrationIncomplete(place, reason, remedyOfCircumstances(error.message) ?? "pulumi up records it.");
  };

/** Statements that took effect: what the script's session told the ledger in a transaction that it never committed is undone with it. */
async function doneOf({ sent, recorded }: Ending, { file, from }: Script, database: Database): Promise<number> {
  const [row] = await database.query<{ done: number }>(selectRow, [database.schema, file, from]).catch(() => []);
  return row === undefined || row.done === recorded ? sent : row.done;
}

interface Stop {
  state: "failed" | "running";
  /** For the ledger. */
  reason: string;
  error(place: Place): Error;
}

function stopped({ kind, sent, reason }: Ending, place: Place): Stop {
  if (kind === "lost" || kind === "lost together")
    return { state: "running", reason, error: (at) => new MigrationInterrupted(at, reason, kind === "lost" ? "a person" : "the ledger") };
  if (kind === "cancelled")
    return {
      state: "failed",
      reason: `cancelled after statement ${sent} of ${place.script.statements}`,
      error: (at) => new MigrationCancelled(at),
    };
  return { state: "failed", reason, error: (at) => new MigrationFailed(at, reason) };
}

/** Why a script whose statements all ran isn't done: it left them uncommitted, or didn't set its version. */
async function incomplete(place: Place, database: Database): Promise<Stop | undefined> {
  const { script, done, sent } = place;
  if (done < sent) {
    const reason = "it ended without COMMIT";
    return {
      state: "failed",
      reason,
      error: (at) =>
        new MigrationIncomplete(at, reason, `add COMMIT to ${script.file}, then type: pulumi up. It continues at statement ${done + 1}.`),
    };
  }
  const version = await readVersionRow(database);
  if (version !== undefined && sameVersion(version, script.to)) return undefined;
  const reason = `all its statements ran, but the database's version is ${version ?? "missing"} instead of ${script.to}`;
  const next = `if the script only forgot it: UPDATE version SET version = '${script.to}'. Then type: pulumi up.`;
  return { state: "failed", reason, error: (at) => new MigrationIncomplete(at, reason, next) };
}
