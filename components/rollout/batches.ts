/** How many hosts are switched at once: a number, or a share of all hosts. */
export type BatchSize = number | string;

/**
 * Which hosts are switched together: the first alone, then as many at once as allowed.
 * @param due in the order in which they are switched
 * @param all how many hosts there are, due or not; a share is of these, rounded down, one at least
 */
export function batchesOf(due: readonly string[], all: number, size: BatchSize): string[][] {
  const [canary, ...others] = due;
  if (canary === undefined) return [];
  const number = Number.parseInt(`${size}`, 10);
  const count = `${size}`.endsWith("%") ? Math.max(1, Math.floor((all * number) / 100)) : number;
  const batches: string[][] = [[canary]];
  for (let start = 0; start < others.length; start += count) batches.push(others.slice(start, start + count));
  return batches;
}
