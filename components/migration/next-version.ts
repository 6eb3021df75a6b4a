/** As the process calls them: "major" moves the second number (7.5.1 → 7.6.0), "minor" the last one (7.5.1 → 7.5.2). */
export type Increment = "major" | "minor";

/**
 * The version after one, with as many numbers (a minor one has three at least) and the same `v` before them. A suffix isn't carried over: what v7.6.0-rc1
 * was to become is v7.6.0, and it is newer already.
 * @throws RangeError for what is no version
 */
export function nextVersion(version: string, increment: Increment): string {
  const [, prefix, digits, suffix] = /^(v?)(\d+(?:\.\d+)*)(.*)$/i.exec(version.trim()) ?? [];
  if (prefix === undefined || digits === undefined) throw new RangeError(`"${version}" is no version`);
  const numbers = digits.split(".").map(Number);
  const next = suffix === "" || !isReached(numbers, increment) ? increased(numbers, increment) : numbers;
  return `${prefix}${next.join(".")}`;
}

/** What stands behind the numbers: "-rc1". */
export const suffixOf = (version: string): string => /^v?\d+(?:\.\d+)*(.*)$/i.exec(version.trim())?.[1] ?? "";

/** Whether leaving the suffix out is step enough. */
const isReached = (numbers: readonly number[], increment: Increment): boolean =>
  increment === "minor" || (numbers.length > 1 && numbers.slice(2).every((number) => number === 0));

function increased(numbers: readonly number[], increment: Increment): number[] {
  const length = Math.max(numbers.length, increment === "major" ? 2 : 3);
  const all = Array.from({ length }, (_, index) => numbers[index] ?? 0);
  const moved = increment === "major" ? 1 : length - 1;
  return all.map((number, index) => (index < moved ? number : index === moved ? number + 1 : 0));
}
