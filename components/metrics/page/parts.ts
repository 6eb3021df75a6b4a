import type { Attempt, Outcome, StackHistory } from "../attempts";
import { type Bucket, bucketsOf, type Unit } from "../buckets";
import { type Metrics, metricsOf, type Period } from "../metrics";

/** A part of the time, with what happened in it. */
export interface Part extends Bucket {
  byOutcome: Record<Outcome, number>;
  metrics: Metrics;
}

/** The parts that charts show side by side. */
export function partsOf({ attempts, committedAt }: StackHistory, period: Period): { unit: Unit; parts: Part[] } {
  const { unit, buckets } = bucketsOf(period);
  const parts = buckets.map((bucket) => {
    const own = attempts.filter(({ began }) => began >= bucket.from && began < bucket.to);
    return { ...bucket, byOutcome: outcomesOf(own), metrics: metricsOf(own, bucket, committedAt) };
  });
  return { unit, parts };
}

export function outcomesOf(attempts: readonly Attempt[]): Record<Outcome, number> {
  const counted: Record<Outcome, number> = { stayed: 0, "taken back": 0, "way back": 0, failed: 0, "cut short": 0 };
  for (const { outcome } of attempts) counted[outcome] += 1;
  return counted;
}
