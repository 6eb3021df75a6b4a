import type { DatabaseSession } from "../../database/connect";
import { dialectOf } from "../../database/dialect";
import { StatementFailed } from "../../database/errors";
import { answerOf, batchAt, block, ownsTransactions, selectAt } from "./batch";
import { Deadlocks } from "./deadlock";
import { noteDuration } from "./durations";
import { markDone, selectRow } from "./ledger";
import type { Step } from "./plan";
import { progressText, watched } from "./progress";
import { looksBack } from "./resume";
import type { Runner } from "./run";
import { checksumsOfFirst, type Script } from "./script";
import type { Statement } from "./split";
import { readVariables } from "./variables";
import { mostWarnings, type ServerWarning, Warnings } from "./warnings";

/** How the sending of a script's statements ended. */
export interface Ending {
  /** lost together: in a batch, whose statements tell the ledger themselves that they took effect. */
  kind: "ended" | "failed" | "cancelled" | "lost" | "lost together";
  /** Statements that the server answered with success. */
  sent: number;
  /** How many of them the ledger was told of, in the script's own session. */
  recorded: number;
  reason: string;
  /** Milliseconds by statement, of those that took notably long. */
  durations: Record<string, number>;
  /** What the session's variables held when it stopped, for the ledger. */
  variables: string | null;
}

/** Where a script's statements go: its own session, its row in the ledger, and what the server calls itself. */
export interface Destination {
  session: DatabaseSession;
  id: number;
  server: string;
}

/**
 * Sends a script's statements, and in between tells the ledger, in the same session, so that a lost connection leaves which one it was. Small ones
 * travel together, each with its mark in the ledger in one transaction.
 */
export async function sendStatements(destination: Destination, step: Step, runner: Runner): Promise<Ending> {
  const { signal, warn } = runner.context;
  const warnings = new Warnings(step.script, warn);
  const sender = new Sender(destination, step, runner, warnings);
  const deadlocks = new Deadlocks(step.script, warn);
  const ending = async (kind: Ending["kind"], reason = ""): Promise<Ending> => {
    const { sent, recorded, durations } = sender;
    const variables = kind === "failed" || kind === "cancelled" ? await sender.variables(kind) : null;
    return { kind, sent, recorded, reason, durations, variables };
  };
  try {
    while (sender.sent < step.script.statements) {
      if (signal.aborted) return await ending("cancelled");
      await sender.next().catch((error: unknown) => {
        if (!deadlocks.goesOnAfter(error, sender.sent)) throw error;
      });
    }
    await sender.record();
    return await ending("ended");
  } catch (error) {
    if (!(error instanceof StatementFailed)) throw error;
    return await ending(error.connectionLost ? sender.lost : "failed", error.message);
  } finally {
    warnings.end();
  }
}

const tableNotLocked = 1100;

class Sender {
  sent: number;
  recorded: number;
  readonly durations: Record<string, number> = {};
  /** How it ends if the connection is lost now. */
  lost: "lost" | "lost together" = "lost";
  private readonly session: DatabaseSession;
  private readonly script: Script;
  /** Statements that tell the ledger, by count. */
  private readonly marks: string[];
  /** Statements up to this one travel alone. */
  private alone: number;

  constructor(
    { session, id, server }: Destination,
    { script, done }: Step,
    private readonly runner: Runner,
    private readonly warnings: Warnings,
  ) {
    this.sent = this.recorded = done;
    this.session = session;
    this.script = script;
    this.marks = checksumsOfFirst(script).map((checksum, count) => session.format(markDone, [session.schema, count, checksum, id]));
    this.alone = dialectOf(server).runsBlocks && !ownsTransactions(script) ? 0 : script.statements;
  }

  async next(): Promise<void> {
    const statement = this.script.parts[this.sent] as Statement;
    this.say(this.sent + 1);
    if (!looksBack(statement)) await this.record();
    const batch = this.sent < this.alone ? [] : batchAt(this.script, this.sent);
    this.lost = batch.length > 0 ? "lost together" : "lost";
    const began = performance.now();
    if (batch.length > 0) await watched(this.together(batch), (seconds) => void this.sayWithin(seconds));
    else await watched(this.byItself(statement), (seconds) => this.say(this.sent + 1, seconds));
    // A batch ends soon: what took long in it is its last one.
    noteDuration(this.durations, this.sent, performance.now() - began);
  }

  /** Of the session, for the ledger; without them a person goes on where the rest needs one. */
  variables(kind: "failed" | "cancelled"): Promise<string | null> {
    const { parts } = this.script;
    const failed = kind === "failed" ? parts[this.sent] : undefined;
    return readVariables(this.session, parts, this.sent, failed).catch(() => null);
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

  private async byItself({ text }: Statement): Promise<void> {
    const { warnings: count } = await this.session.execute(text);
    this.sent++;
    if (count === 0) return;
    const next = this.script.parts[this.sent];
    // The question would be what the next one then looks back at.
    const isFree = next === undefined || !looksBack(next);
    const shown = isFree ? await this.session.query<ServerWarning>(`SHOW WARNINGS LIMIT ${mostWarnings}`) : [];
    this.warnings.add({ statement: this.sent, count, shown });
  }

  /** Where one of them fails, its transaction is undone; where the server can't read one, none has run, and each is sent alone, for its own words. */
  private async together(batch: readonly Statement[]): Promise<void> {
    try {
      const { results } = await this.session.execute(block(batch, this.sent + 1, this.marks.slice(this.sent + 1)));
      const { last, warnings } = answerOf(results);
      this.sent = this.recorded = last;
      for (const one of warnings) this.warnings.add(one);
    } catch (error) {
      if (!(error instanceof StatementFailed) || error.connectionLost) throw error;
      await this.session.execute("ROLLBACK");
      const [row] = await this.session.query<{ number: number | null }>(selectAt);
      const failed = Number(row?.number ?? 0);
      if (failed > this.sent) {
        this.sent = this.recorded = failed - 1;
        throw error;
      }
      this.alone = this.sent + batch.length;
    }
  }

  /** In a batch only the ledger knows which statement it is that takes long. */
  private async sayWithin(seconds: number): Promise<void> {
    const { database } = this.runner;
    const asked = database.query<{ done: number }>(selectRow, [database.schema, this.script.file, this.script.from]);
    const [row] = await asked.catch(() => []);
    if (row !== undefined && row.done >= this.sent) this.say(row.done + 1, seconds);
  }

  private say(number: number, seconds?: number): void {
    this.runner.context.progress(progressText(this.script, number, seconds, this.runner.rehearsed));
  }
}
