import type { AuditLine } from "./contract";

/** How many of a step's last times count. */
const newest = 5;

/** Seconds that each step usually takes: the one in the middle of its last times. */
export function usualSeconds(lines: readonly AuditLine[]): Map<string, number> {
  const times = new Map<string, number[]>();
  for (const line of lines)
    if (line.event === "step done") times.set(line.step, [...(times.get(line.step) ?? []), line.seconds].slice(-newest));
  return new Map([...times].map(([step, seconds]) => [step, seconds.toSorted((a, b) => a - b)[Math.floor(seconds.length / 2)] as number]));
}
