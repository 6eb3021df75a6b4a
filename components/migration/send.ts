import type { DatabaseSession } from "../../database/connect";
import { StatementFailed } from "../../database/errors";
import type { Context } from "../../provider/handler";
import { batchAt, block, hasBlocks, largestBatch, ownsTransactions } from "./batch";
import { counted } from "./chain";
import { markDone, selectRow } from "./ledger";
import type { Step } from "./plan";
import { looksBack } from "./resume";
import { checksumsOfFirst, type Script } from "./script";
import type { Statement } from "./split";

/** How the sending of a script's statements ended. */
export interface Ending {
  kind: "ended" | "failed" | "cancelled" | "lost";
  /** Statements that the server answered with success. */
  sent: number;
  /** How many of them the ledger was told of, in the script's own session. */
  recorded: number;
  reason: string;
}

/**
 * Sends a script's statements, and in between tells the ledger, in the same session, so that a lost connection leaves which one it was. Small ones
 * that only add rows travel together, each with its mark in the ledger in one transaction.
 */
export async function sendStatements(session: DatabaseSession, id: number, step: Step, context: Context): Promise<Ending> {
  const [row] = await session.query<{ server: string }>("SELECT VERSION() AS server");
  const sender = new Sender(session, id, step, context, hasBlocks(row?.server ?? ""));
  const ending = (kind: Ending["kind"], reason = ""): Ending => ({ kind, sent: sender.sent, recorded: sender.recorded, reason });
  try {
    while (sender.sent < step.script.statements) {
      if (context.signal.aborted) return ending("cancelled");
      context.progress(`${step.script.file} ${sender.sent + 1}/${step.script.statements} statements`);
      await sender.next();
    }
    await sender.record();
    return ending("ended");
  } catch (error) {
    if (!(error instanceof StatementFailed)) throw error;
    return ending(error.connectionLost ? "lost" : "failed", error.message);
  }
}

/** Milliseconds that a batch may take for the next to be larger. */
const quick = 50;

const tableNotLocked = 1100;

class Sender {
  sent: number;
  recorded: number;
  private readonly script: Script;
  /** Statements that tell the ledger, by count. */
  private readonly marks: string[];
  private batchSize = 1;
  private mayBatch: boolean;

  constructor(
    private readonly session: DatabaseSession,
    id: number,
    { script, done }: Step,
    private readonly context: Context,
    serverHasBlocks: boolean,
  ) {
    this.sent = this.recorded = done;
    this.script = script;
    this.marks = checksumsOfFirst(script).map((checksum, count) => session.format(markDone, [session.schema, count, checksum, id]));
    this.mayBatch = serverHasBlocks && !ownsTransactions(script);
  }

  async next(): Promise<void> {
    const batch = this.mayBatch ? batchAt(this.script, this.sent, this.batchSize) : [];
    const statement = this.script.parts[this.sent] as Statement;
    if (!looksBack(statement)) await this.record();
    if (batch.length > 0) return this.together(batch);
    this.warn(statement, (await this.session.execute(statement.text)).warnings);
    this.sent++;
  }

  /** Brings the ledger up to date; while a script holds LOCK TABLES that can't be done, and is done behind. */
  async record(): Promise<void> {
    if (this.sent === this.recorded) return;
    try {
      await this.session.execute(this.marks[this.sent] ?? "");
      this.recorded = this.sent;
    } catch (error) {
      if (!(error instanceof StatementFailed && error.errno === tableNotLocked)) throw error;
    }
  }

  /** Where one of them fails, its transaction is undone, the ledger tells which one it was, and it is sent again alone, for the server's own words. */
  private async together(batch: readonly Statement[]): Promise<void> {
    const began = performance.now();
    try {
      await this.session.execute(block(batch, this.marks.slice(this.sent + 1)));
      this.sent += batch.length;
      this.batchSize = performance.now() - began < quick ? Math.min(this.batchSize * 2, largestBatch) : 1;
    } catch (error) {
      if (!(error instanceof StatementFailed) || error.connectionLost) throw error;
      await this.session.execute("ROLLBACK");
      const [row] = await this.session.query<{ done: number }>(selectRow, [this.session.schema, this.script.file, this.script.from]);
      this.sent = row?.done ?? this.sent;
      this.mayBatch = false;
    }
    this.recorded = this.sent;
  }

  private warn({ line }: Statement, warnings: number): void {
    if (warnings > 0) this.context.warn(`${this.script.file}:${line}: ${counted(warnings, "warning")} of the server`);
  }
}
