import { isDeepStrictEqual } from "node:util";
import { doneAfter, doneBefore } from "../components/audit/summary";
import { durationText } from "../components/migration/durations";
import { Cancelled, DeploymentError } from "../host/errors";
import { messageOf } from "./failure";
import type { Context, Live } from "./handler";
import type { AnyHandler } from "./registry";
import type { Reading, Readings } from "./readings";
import type { Values, Wanted } from "./wire";

/** Names of the compared inputs in which what is live and what is wanted differ; an input that isn't known yet differs. */
export function differences({ compared }: AnyHandler, live: Values, { known, unknown }: Wanted): string[] {
  return compared.filter((name) => unknown.includes(name) || !isDeepStrictEqual(live[name] ?? null, known[name] ?? null));
}

/** A step as the engine, the audit log and the lock know it. */
export interface StepNames {
  urn: string;
  name: string;
  /** What the lock is held for. */
  purpose: string;
}

/** Seconds of a step that nobody has to wait for. */
const leastEstimate = 3;

const secondsSince = (start: Date): number => Math.round((Date.now() - start.getTime()) / 100) / 10;

/** A step that failed, with where things stand after it. */
export class StepFailed extends Error {
  constructor(
    override readonly cause: unknown,
    /** What of this run was taken back then, and what could not be, a sentence each. */
    readonly takenBack: readonly string[],
    readonly after: Live<Values, Values>,
  ) {
    super("step failed");
  }
}

/**
 * What is live, with outputs that hold when just that is wanted next: a handler tells its outputs of what it is asked for, and after a failure, a drift
 * or in a rollback that is not what is live.
 */
export async function readLive(handler: AnyHandler, wanted: Values, was: Values, context: Context): Promise<Live<Values, Values>> {
  const live = await handler.read(wanted, was, context);
  if (differences(handler, live.inputs, { known: wanted, unknown: [] }).length === 0) return live;
  const { state } = await handler.read(live.inputs, was, context);
  return { inputs: live.inputs, state };
}

/** What is live now; undefined while an input that reading needs isn't known yet. */
export async function readNow(handler: AnyHandler, wanted: Wanted, was: Values, context: Context): Promise<Reading | undefined> {
  const at = new Date();
  const live = await readIfKnown(handler, wanted, was, context);
  return live === undefined ? undefined : { wanted: wanted.known, live, at };
}

/** What is otherwise by now than when it was read, by compared inputs: an earlier step of this run did that. Where only outputs are, the first stands for them. */
export async function changedSince(handler: AnyHandler, read: Values, was: Values, context: Context): Promise<string[]> {
  const { inputs, state } = await handler.read(read, was, context);
  const differ = differences(handler, inputs, { known: read, unknown: [] });
  if (differ.length > 0) return differ;
  const isSame = Object.entries(state).every(([name, value]) => isDeepStrictEqual(value ?? null, was[name] ?? null));
  return isSame ? [] : handler.compared.slice(0, 1);
}

/** What will be, without touching anything; no outputs when an input that reading needs isn't known yet. */
export async function preview(handler: AnyHandler, wanted: Wanted, was: Values | undefined, context: Context): Promise<Values> {
  const live = await readIfKnown(handler, wanted, was, context);
  if (live === undefined) return {};
  return differences(handler, live.inputs, wanted).length === 0 ? live.state : handler.plan(live, wanted.known);
}

/**
 * Makes it so. What is already as wanted is left alone, without a lock. What differs is acted on as it was read inside the lock.
 * @throws StepFailed once the step has begun; before that the error of reading itself
 */
export async function converge(
  handler: AnyHandler,
  wanted: Values,
  was: Values | undefined,
  context: Context,
  readings: Readings,
  names: StepNames,
): Promise<Values> {
  const at = new Date();
  const reading = readings.take(names.urn, wanted) ?? { wanted, live: await handler.read(wanted, was, context), at };
  if (!isDue(handler, reading)) return reading.live.state;
  return readings.changing(wanted, () => makeSo(handler, reading, was, context, names));
}

const isDue = (handler: AnyHandler, { live, wanted }: Pick<Reading, "live" | "wanted">): boolean =>
  differences(handler, live.inputs, { known: wanted, unknown: [] }).length > 0;

async function makeSo(
  handler: AnyHandler,
  { wanted, live: before, at }: Reading,
  was: Values | undefined,
  context: Context,
  { name, purpose }: StepNames,
): Promise<Values> {
  const { audit } = context.inventory;
  const begun = new Date();
  let hasBegun = false;
  try {
    assertNotCancelled(context);
    context.wayBack.assertForward();
    const lockedAt = await context.inventory.lock(purpose);
    const live = lockedAt < at ? before : await handler.read(wanted, was, context);
    if (!isDue(handler, { live, wanted })) return live.state;
    assertNotCancelled(context);
    hasBegun = true;
    const isAfterEnd = (audit.run()?.release ?? null) !== null;
    void audit.note({ event: "step begun", step: name });
    const state = await handler.act(live, wanted, withEstimate(context, name));
    void audit.note({ event: "step done", step: name, change: changeOf(state), seconds: secondsSince(begun) });
    const run = audit.run();
    if (isAfterEnd && run !== undefined) context.info(doneAfter(run, name));
    return state;
  } catch (error) {
    const undisturbed = { ...context, signal: new AbortController().signal };
    const takenBack = await context.wayBack.take(undisturbed);
    const after = await handler.read(wanted, was, undisturbed).catch(() => before);
    const cause = context.signal.aborted && !(error instanceof DeploymentError) ? new Cancelled("this step") : error;
    if (hasBegun) {
      await audit.note({ event: "step failed", ...failureOf(cause, name), takenBack, seconds: secondsSince(begun) });
      const done = doneBefore(audit.run());
      if (done !== undefined) context.info(done);
    }
    throw new StepFailed(cause, takenBack, after);
  }
}

/** Pulumi shows how long a step has been at work; this adds how long it usually takes, where that is worth saying. */
function withEstimate(context: Context, step: string): Context {
  const { audit } = context.inventory;
  const progress = (text: string): void => {
    const usual = audit.usually(step) ?? 0;
    context.progress(usual < leastEstimate ? text : `usually ${durationText(Math.round(usual) * 1000)}: ${text}`);
  };
  return { ...context, progress };
}

const failureOf = (cause: unknown, step: string): { step: string; reason: string; usersReturned?: true } => ({
  step,
  reason: messageOf(cause, step),
  ...(cause instanceof DeploymentError && cause.usersReturned ? { usersReturned: true } : {}),
});

/** What a step says that it did, of one thing or by host. */
function changeOf({ change, changes }: Values): string {
  const said = change ?? changes ?? "done";
  if (typeof said === "string") return said;
  return Object.entries(said)
    .map(([host, one]) => `${host}: ${one}`)
    .join(", ");
}

function assertNotCancelled({ signal }: Context): void {
  if (signal.aborted) throw new Cancelled("this step", "it had not begun and changed nothing; `pulumi up` continues from here");
}

async function readIfKnown(
  handler: AnyHandler,
  wanted: Wanted,
  was: Values | undefined,
  context: Context,
): Promise<Live<Values, Values> | undefined> {
  try {
    return await handler.read(guarded(wanted), was, context);
  } catch (error) {
    if (error instanceof NotKnownYet) return undefined;
    throw error;
  }
}

/** An input was asked for that a later step will tell. */
class NotKnownYet extends Error {}

/** The known inputs, with a trap for each of the others; a copy (`{ ...wanted }`) leaves the traps out. */
function guarded({ known, unknown }: Wanted): Values {
  const values = { ...known };
  const get = (): never => {
    throw new NotKnownYet();
  };
  for (const name of unknown) Object.defineProperty(values, name, { get, enumerable: false });
  return values;
}
