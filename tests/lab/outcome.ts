import assert from "node:assert/strict";
import { hostOf, type Lab } from "../../lab/lab";
import type { LabStack, PulumiRun } from "../../lab/stack";

/** Of a run that ended well: what it printed. */
export async function succeeded(running: Promise<PulumiRun>): Promise<string> {
  const { output, exitCode } = await running;
  assert.equal(exitCode, 0, output);
  return output;
}

/** Pulumi's state waits for no operation that was cut short. */
export async function assertNothingPending(stack: LabStack): Promise<void> {
  const state = JSON.parse(await stack.export()) as { deployment: { pending_operations?: unknown[] } };
  assert.deepEqual(state.deployment.pending_operations ?? [], []);
}

/** Which release users of a lab's first host are answered by. */
export async function servedRelease(lab: Lab): Promise<string> {
  const answer = await fetch(`http://${hostOf(lab, "web1").address}/cms-api/v1/health`, { signal: AbortSignal.timeout(10_000) });
  return ((await answer.json()) as { release: string }).release;
}
