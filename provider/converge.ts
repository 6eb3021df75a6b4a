import { isDeepStrictEqual } from "node:util";
import { DeploymentError } from "../host/errors";
import type { Context } from "./handler";
import type { AnyHandler } from "./registry";
import type { Values } from "./wire";

/** Names of the compared inputs in which what is live and what is wanted differ; an input that isn't known yet differs. */
export function differences(handler: AnyHandler, live: Values, wanted: Values, unknowns: readonly string[] = []): string[] {
  return handler.compared.filter((name) => unknowns.includes(name) || !isDeepStrictEqual(live[name] ?? null, wanted[name] ?? null));
}

/** A step that failed, with where things stand after it. */
export class StepFailed extends Error {
  constructor(
    override readonly cause: unknown,
    readonly inputs: Values,
    readonly state: Values,
  ) {
    super("step failed");
  }
}

/** The state of what is as wanted: `change` goes on saying what the last deployment did, so that a preview of nothing shows nothing. */
export const steady = (live: Values, was: Values | undefined): Values =>
  was?.["change"] === undefined ? live : { ...live, change: was["change"] };

/** What will be, without touching anything. */
export async function preview(handler: AnyHandler, wanted: Values, unknowns: readonly string[], was: Values | undefined, context: Context): Promise<Values> {
  const live = await handler.read(wanted, was, context);
  return differences(handler, live.inputs, wanted, unknowns).length === 0 ? steady(live.state, was) : handler.plan(live, wanted);
}

/**
 * Makes it so. What is already as wanted is left alone, without a lock. What differs is read again inside the lock, then acted on.
 * @throws StepFailed with what is live after the failure, or the error itself when even that can't be told
 */
export async function converge(handler: AnyHandler, wanted: Values, was: Values | undefined, context: Context): Promise<Values> {
  const before = await handler.read(wanted, was, context);
  if (differences(handler, before.inputs, wanted).length === 0) return steady(before.state, was);
  try {
    assertNotCancelled(context);
    await context.inventory.lock("deployment");
    const live = await handler.read(wanted, was, context);
    if (differences(handler, live.inputs, wanted).length === 0) return steady(live.state, was);
    assertNotCancelled(context);
    return await handler.act(live, wanted, context);
  } catch (error) {
    const after = await handler.read(wanted, was, context).catch(() => before);
    throw new StepFailed(error, after.inputs, after.state);
  }
}

function assertNotCancelled(context: Context): void {
  if (context.signal.aborted) throw new DeploymentError("cancelled before this step began; nothing was changed by it. `pulumi up` continues from here.");
}
