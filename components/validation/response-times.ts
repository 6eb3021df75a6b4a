import { DeploymentError } from "../../host/errors";
import type { Host } from "../../host/host";
import type { HttpCheck } from "../switch/contract";
import type { Endpoint } from "../switch/endpoints";
import { timeAnswers } from "./commands";
import type { CheckResult, Limits } from "./contract";
import { judged } from "./limits";

type Judged = Pick<CheckResult, "result" | "detail">;

/** The smallest of the values that at least so many percent of them are not above. @param values not empty */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] as number;
}

/** What became of the calls: milliseconds of those that were answered with the wanted status, and what stopped them. */
export interface Times {
  milliseconds: number[];
  problem: string | null;
}

/** @param printed by `timeAnswers` */
export function parseTimes(printed: string, status: number): Times {
  const milliseconds: number[] = [];
  for (const [, answered, before, total] of printed.matchAll(/^(\d{3}) ([\d.]+) ([\d.]+)$/gm)) {
    if (answered === "000") break;
    if (Number(answered) !== status) return { milliseconds, problem: `answered ${answered}, not ${status}` };
    milliseconds.push((Number(total) - Number(before)) * 1000);
  }
  const silent = /^curl: \(\d+\) (.{1,160})/m.exec(printed)?.[1];
  return { milliseconds, problem: silent === undefined ? null : `no answer: ${silent}` };
}

/** How fast users are answered: the health question, one after the other, asked on the host, so that the way there doesn't count. @throws Cancelled */
export async function checkResponseTimes(
  host: Host,
  endpoint: Endpoint,
  health: HttpCheck,
  limit: Limits["responseMilliseconds"],
  signal: AbortSignal,
): Promise<Judged> {
  const { calls } = limit;
  const { stdout } = await host.run(timeAnswers(endpoint, health, calls), {
    purpose: "measuring response times",
    timeoutSeconds: 30 + calls * health.timeoutSeconds,
    signal,
  });
  const { milliseconds, problem } = parseTimes(stdout, health.status);
  if (problem !== null) return { result: "failed", detail: `call ${milliseconds.length + 1} of ${calls}: ${problem}` };
  if (milliseconds.length < calls) throw new DeploymentError("the answer was cut short");
  const p95 = Math.round(percentile(milliseconds, 95));
  return judged(p95, limit, `95 % of ${calls} calls within ${p95} ms`);
}
