import type { Host } from "../../host/host";
import { Cancelled } from "../../host/errors";
import type { HttpCheck } from "../switch/contract";
import type { Endpoint } from "../switch/endpoints";
import type { CheckResult, Limits } from "./contract";
import { exchange } from "./exchange";
import { judged } from "./limits";
import { verdictOn } from "./verdict";

type Judged = Pick<CheckResult, "result" | "detail">;

/** The smallest of the values that at least so many percent of them are not above. @param values not empty */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] as number;
}

/** How fast users are answered: the health question, one after the other. @throws Cancelled between two of them */
export async function checkResponseTimes(
  host: Host,
  endpoint: Endpoint,
  health: HttpCheck,
  limit: Limits["responseMilliseconds"],
  { signal, progress }: { signal: AbortSignal; progress(text: string): void },
): Promise<Judged> {
  const times: number[] = [];
  for (let call = 1; call <= limit.calls; call += 1) {
    if (signal.aborted) throw new Cancelled(`measuring of response times on host "${host.name}"`);
    progress(`response time ${call}/${limit.calls}`);
    const answer = await exchange(host, endpoint, health);
    const { result, detail } = verdictOn(health, answer, 0, host.hide);
    if (answer.kind !== "answered" || result !== "passed") return { result, detail: `call ${call} of ${limit.calls}: ${detail}` };
    times.push(answer.milliseconds);
  }
  const p95 = Math.round(percentile(times, 95));
  return judged(p95, limit, `95 % of ${limit.calls} calls within ${p95} ms`);
}
