import type { Sample } from "./load";

/** From when to when something was done, as samples are timed. */
export interface Window {
  from: number;
  to: number;
}

/** What users noticed; latencies in milliseconds, of the quick requests alone. */
export interface LoadFigures {
  requests: number;
  failed: number;
  mixed: number;
  /** What went wrong, and how often. */
  failures: Record<string, number>;
  p50: number;
  p95: number;
  p99: number;
}

export function figuresOf(samples: readonly Sample[]): LoadFigures {
  const failures: Record<string, number> = {};
  for (const { failure } of samples) if (failure !== undefined) failures[failure] = (failures[failure] ?? 0) + 1;
  const quick = samples.filter(({ kind }) => kind === "kept" || kind === "fresh");
  const latencies = quick.map(({ began, ended }) => ended - began).sort((one, other) => one - other);
  const at = (share: number): number => Math.round((latencies[Math.ceil(latencies.length * share) - 1] ?? Number.NaN) * 10) / 10;
  return {
    requests: samples.length,
    failed: samples.filter(({ failure }) => failure !== undefined).length,
    mixed: samples.filter(({ releases }) => releases.length > 1).length,
    failures,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
  };
}

/** Samples that were under way in one of the windows, and those that were in none. */
export function around(samples: readonly Sample[], windows: readonly Window[]): { within: Sample[]; atRest: Sample[] } {
  const isWithin = ({ began, ended }: Sample): boolean => windows.some(({ from, to }) => began <= to && ended >= from);
  return { within: samples.filter(isWithin), atRest: samples.filter((sample) => !isWithin(sample)) };
}
