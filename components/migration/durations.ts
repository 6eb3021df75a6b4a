import type { Durations } from "./contract";

/** Milliseconds from which on a statement's duration is worth being kept. */
const notable = 100;

/** With more of them in one script nobody is told anything by each. */
const mostKept = 200;

/** Notes how long each statement of a script took, as far as that is worth being kept. */
export function noteDuration(durations: Record<string, number>, number: number, milliseconds: number): void {
  if (milliseconds >= notable) durations[number] = Math.round(milliseconds);
}

/** What is kept of a rehearsal for those who wait for the migration. */
export const bounded = (durations: Durations): Durations =>
  Object.fromEntries(Object.entries(durations).filter(([, each]) => Object.keys(each).length <= mostKept));

/** "0.3 s", "14 s", "3 min 20 s", "2 h 5 min" */
export function durationText(milliseconds: number): string {
  if (milliseconds < 9_950) return `${Number((milliseconds / 1000).toFixed(1))} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
