import { type Attempt, isDone } from "./attempts";

/** How often, how fast and how well one stack is deployed, over one time. Times are in seconds, rates from 0 to 1; null: nothing tells. */
export interface Metrics {
  /** Deployments that changed something and were begun: those that came to their end, failed, or were cut short. */
  attempts: number;
  /** Those that came to their end; a way back is none. */
  deployments: number;
  rollbacks: number;
  /** Of a day, from the first day of that time to its last. */
  deploymentsPerDay: number | null;
  /** From the lock to the end, of those that came to it. */
  medianSeconds: number | null;
  slowestTwentiethSeconds: number | null;
  /** Attempts that came to their end. */
  successRate: number | null;
  /** Ways back for each deployment. */
  rollbackRate: number | null;
  /** From the commit to the end of its first deployment, in the middle; of as many as their repository tells. */
  leadSeconds: number | null;
  /** Deployments that users were taken back from. */
  changeFailureRate: number | null;
  /** From the end of such a deployment to the end of the way back, in the middle. */
  recoverySeconds: number | null;
}

/** From, and before; in milliseconds since 1970. */
export interface Period {
  from: number;
  to: number;
}

/** @param committedAt when a commit was made, in milliseconds since 1970; one that is missing is left out of the lead time */
export function metricsOf(
  attempts: readonly Attempt[],
  { from, to }: Period,
  committedAt: ReadonlyMap<string, number> = new Map(),
): Metrics {
  const all = attempts.filter(({ began }) => began >= from && began < to);
  const done = all.filter(isDone);
  const deployments = done.filter(({ outcome }) => outcome !== "way back");
  const recoveries = deployments.flatMap(({ recoverySeconds }) => recoverySeconds ?? []);
  const seconds = done.map(({ recorded }) => recorded.seconds);
  return {
    attempts: all.length,
    deployments: deployments.length,
    rollbacks: done.length - deployments.length,
    deploymentsPerDay: to > from ? deployments.length / ((to - from) / day) : null,
    medianSeconds: quantile(seconds, 0.5),
    slowestTwentiethSeconds: quantile(seconds, 0.95),
    successRate: share(done.length, all.length),
    rollbackRate: share(done.length - deployments.length, deployments.length),
    leadSeconds: quantile(leadsOf(deployments, committedAt), 0.5),
    changeFailureRate: share(recoveries.length, deployments.length),
    recoverySeconds: quantile(recoveries, 0.5),
  };
}

export const day = 24 * 3600 * 1000;

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** The value that this part of all is at or below; a host's clock that was set back makes none below zero. */
function quantile(values: readonly number[], part: number): number | null {
  const sorted = [...values].map((value) => Math.max(0, value)).sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? null;
}

/** Only the first time that a commit was served counts. */
function leadsOf(deployments: readonly Attempt[], committedAt: ReadonlyMap<string, number>): number[] {
  return deployments.flatMap(({ isFirst, ended, recorded }) => {
    const committed = committedAt.get(recorded.commit ?? "");
    return !isFirst || committed === undefined ? [] : [(ended - committed) / 1000];
  });
}

/** The same of each month (UTC, "2026-11") in which something was begun, oldest first. */
export function monthlyMetrics(
  attempts: readonly Attempt[],
  { from, to }: Period,
  committedAt?: ReadonlyMap<string, number>,
): { month: string; metrics: Metrics }[] {
  const months = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    if (attempt.began < from || attempt.began >= to) continue;
    const month = new Date(attempt.began).toISOString().slice(0, 7);
    const known = months.get(month);
    if (known === undefined) months.set(month, [attempt]);
    else known.push(attempt);
  }
  return [...months]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([month, own]) => ({ month, metrics: metricsOf(own, within(month, { from, to }), committedAt) }));
}

/** The part of a month that a time covers. */
function within(month: string, { from, to }: Period): Period {
  const first = new Date(`${month}-01T00:00:00Z`);
  const next = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1);
  return { from: Math.max(from, first.getTime()), to: Math.min(to, next) };
}
