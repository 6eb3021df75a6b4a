import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../host/host";
import type { Endpoint } from "../switch/endpoints";
import type { ApiCheck, CheckResult } from "./contract";
import { exchange } from "./exchange";
import { isWarmingUp, verdictOn } from "./verdict";

const pauseMilliseconds = 200;

/**
 * Asks a check of the host's own nginx, over a connection of its own. Never throws: what can't be asked is inconclusive.
 * @param token that the check's login gave
 */
export async function askOverHost(host: Host, endpoint: Endpoint, check: ApiCheck, token?: string): Promise<CheckResult> {
  const started = performance.now();
  const answer = await exchange(host, endpoint, check, token);
  return verdictOn(check, answer, performance.now() - started, host.hide, token);
}

/** As `askOverHost`, for a release that has just been started: while it warms up it is asked again, until the check's time is over. */
export async function askWhenWarm(host: Host, endpoint: Endpoint, check: ApiCheck, signal: AbortSignal): Promise<CheckResult> {
  const started = performance.now();
  const elapsed = (): number => performance.now() - started;
  const left = (): number => check.timeoutSeconds * 1000 - elapsed();
  let answer = await exchange(host, endpoint, check);
  while (isWarmingUp(answer) && left() > pauseMilliseconds && !signal.aborted) {
    await sleep(pauseMilliseconds);
    const next = await exchange(host, endpoint, { ...check, timeoutSeconds: left() / 1000 });
    if (left() > 0 || next.kind === "answered") answer = next;
  }
  return verdictOn(check, answer, elapsed(), host.hide);
}
