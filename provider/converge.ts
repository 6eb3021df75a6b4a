import { isDeepStrictEqual } from "node:util";
import { Cancelled, DeploymentError } from "../host/errors";
import { messageOf } from "./failure";
import type { Context, Live } from "./handler";
import type { AnyHandler } from "./registry";
import type { Values, Wanted } from "./wire";

/** Names of the compared inputs in which what is live and what is wanted differ; an input that isn't known yet differs. */
export function differences({ compared }: AnyHandler, live: Values, { known, unknown }: Wanted): string[] {
  return compared.filter((name) => unknown.includes(name) || !isDeepStrictEqual(live[name] ?? null, known[name] ?? null));
}

/** What a step is called in the audit log, and what the lock says that it is held for. */
export interface StepNames {
  name: string;
  purpose: string;
}

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

/** What differs from what is wanted, read now; undefined while an input that reading needs isn't known yet. */
export async function dueNow(handler: AnyHandler, wanted: Wanted, was: Values, context: Context): Promise<string[] | undefined> {
  const live = await readIfKnown(handler, wanted, was, context);
  return live === undefined ? undefined : differences(handler, live.inputs, wanted);
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
 * Makes it so. What is already as wanted is left alone, without a lock. What differs is read again inside the lock, then acted on.
 * @throws StepFailed once the step has begun; before that the error of reading itself
 */
export async function converge(
  handler: AnyHandler,
  wanted: Values,
  was: Values | undefined,
  context: Context,
  { name, purpose }: StepNames,
): Promise<Values> {
  const { audit } = context.inventory;
  const isDue = ({ inputs }: Live<Values, Values>): boolean => differences(handler, inputs, { known: wanted, unknown: [] }).length > 0;
  const readAt = new Date();
  const before = await handler.read(wanted, was, context);
  if (!isDue(before)) return before.state;
  let hasBegun = false;
  try {
    assertNotCancelled(context);
    context.wayBack.assertForward();
    const lockedAt = await context.inventory.lock(purpose);
    const live = lockedAt < readAt ? before : await handler.read(wanted, was, context);
    if (!isDue(live)) return live.state;
    assertNotCancelled(context);
    hasBegun = true;
    void audit.note({ event: "step begun", step: name });
    const state = await handler.act(live, wanted, context);
    await audit.note({ event: "step done", step: name, change: String(state["change"] ?? "done"), seconds: secondsSince(readAt) });
    return state;
  } catch (error) {
    const undisturbed = { ...context, signal: new AbortController().signal };
    const takenBack = await context.wayBack.take(undisturbed);
    const after = await handler.read(wanted, was, undisturbed).catch(() => before);
    const cause = context.signal.aborted && !(error instanceof DeploymentError) ? new Cancelled("this step") : error;
    if (hasBegun)
      await audit.note({ event: "step failed", step: name, reason: messageOf(cause, name), takenBack, seconds: secondsSince(readAt) });
    throw new StepFailed(cause, takenBack, after);
  }
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
