import type { Durations } from "./contract";
import { durationText } from "./durations";
import type { Script } from "./script";

/**
 * "40_….sql 12/21 statements"; while the statement takes long "…, 14 s", and after a rehearsal "…, 14 s of about 40 s".
 * @param number of the statement, from 1
 * @param seconds that it has taken so far
 */
export function progressText({ file, statements }: Script, number: number, seconds = 0, rehearsed: Durations | null = null): string {
  const where = `${file} ${number}/${statements} statements`;
  if (seconds === 0) return where;
  const each = rehearsed?.[file];
  return `${where}, ${durationText(seconds * 1000)}${each === undefined ? "" : ` of ${expectation(each[number] ?? 0)}`}`;
}

const expectation = (milliseconds: number): string =>
  milliseconds < 1000 ? "less than 1 s" : `about ${durationText(Math.round(milliseconds / 1000) * 1000)}`;

/** Calls `say` once a second with the seconds passed, until the work is done. */
export async function watched<Result>(work: Promise<Result>, say: (seconds: number) => void): Promise<Result> {
  const began = performance.now();
  const watching = setInterval(() => say(Math.round((performance.now() - began) / 1000)), 1000);
  try {
    return await work;
  } finally {
    clearInterval(watching);
  }
}
