import { setTimeout as sleep } from "node:timers/promises";
import { DeploymentError } from "../../host/errors";
import type { Rollout } from "./contract";

/** What is done to one host. */
export interface Work {
  /** @throws Error when it failed, saying what the host serves now: what it did before, if at all possible */
  switchHost(name: string): Promise<void>;
  /** @returns what is wrong with a host that was switched; undefined: nothing */
  ask(name: string): Promise<string | undefined>;
  /** Takes a host back that was switched. @returns what is true of it now; never throws */
  takeBack(name: string): Promise<string>;
}

/** What became of a host. */
export type Outcome = { kind: "untouched" | "switched" } | { kind: "failed"; error: Error } | { kind: "returned"; said: string };

export interface Ended {
  outcomes: Map<string, Outcome>;
  /** Why it stopped before its end, so that what was switched was returned; undefined: it did not. */
  stopped?: string;
}

export interface Watch {
  /** Aborted on Ctrl-C: the batch that has begun is finished, no other one is begun. */
  signal: AbortSignal;
  progress(text: string): void;
}

/** Switches batch after batch. More failures than allowed, one of the first host, or Ctrl-C stop it; then every host that was switched is returned. */
export async function rollOut(batches: readonly string[][], rollout: Rollout, work: Work, watch: Watch): Promise<Ended> {
  const outcomes = new Map<string, Outcome>(batches.flat().map((name) => [name, { kind: "untouched" }]));
  let stopped: string | undefined;
  for (const [index, batch] of batches.entries()) {
    await each(batch, (name) => attempt(name, work, outcomes));
    stopped = reasonToStop(outcomes, rollout);
    if (stopped !== undefined || index + 1 === batches.length) break;
    watch.progress(`${index + 1} of ${batches.length} batches switched`);
    await pause(rollout.pauseSeconds, work, outcomes, watch);
    stopped = reasonToStop(outcomes, rollout) ?? (watch.signal.aborted ? "it was cancelled" : undefined);
    if (stopped !== undefined) break;
  }
  if (stopped === undefined) return { outcomes };
  watch.progress("switching back");
  await each(namesOf(outcomes, "switched"), async (name) => outcomes.set(name, { kind: "returned", said: await work.takeBack(name) }));
  return { outcomes, stopped };
}

const each = (names: readonly string[], what: (name: string) => Promise<unknown>): Promise<unknown> => Promise.all(names.map(what));

async function attempt(name: string, work: Work, outcomes: Map<string, Outcome>): Promise<void> {
  try {
    await work.switchHost(name);
    outcomes.set(name, { kind: "switched" });
  } catch (error) {
    outcomes.set(name, { kind: "failed", error: error as Error });
  }
}

async function askAgain(name: string, work: Work, outcomes: Map<string, Outcome>): Promise<void> {
  const failure = await work.ask(name);
  if (failure === undefined) return;
  const now = await work.takeBack(name);
  const said = `host "${name}" did not answer as it should any more at the end of the pause (${failure}), and was switched back. ${now}`;
  outcomes.set(name, { kind: "failed", error: new DeploymentError(said) });
}

/** Waits, then asks every host that was switched. */
async function pause(seconds: number, work: Work, outcomes: Map<string, Outcome>, { signal, progress }: Watch): Promise<void> {
  if (seconds === 0 || signal.aborted) return;
  progress(`watching what was switched for ${seconds} s`);
  await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
  await each(namesOf(outcomes, "switched"), (name) => askAgain(name, work, outcomes));
}

function reasonToStop(outcomes: ReadonlyMap<string, Outcome>, { maxFailures }: Rollout): string | undefined {
  const failed = namesOf(outcomes, "failed");
  const [canary = ""] = outcomes.keys();
  if (failed.includes(canary)) return `the first host, "${canary}", failed`;
  if (failed.length <= maxFailures) return undefined;
  const names = failed.map((name) => `"${name}"`).join(", ");
  return `${failed.length === 1 ? "host" : "hosts"} ${names} failed, and selfhelp:rollout.maxFailures is ${maxFailures}`;
}

export const namesOf = (outcomes: ReadonlyMap<string, Outcome>, kind: Outcome["kind"]): string[] =>
  [...outcomes].filter(([, outcome]) => outcome.kind === kind).map(([name]) => name);
