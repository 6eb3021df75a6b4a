/** A version as the scripts' names and the `version` table write it: numbers, and perhaps a suffix. */

interface Parts {
  numbers: number[];
  suffix: string;
}

function partsOf(version: string): Parts | undefined {
  const [, numbers, suffix] = /^v?(\d+(?:\.\d+)*)(.*)$/i.exec(version.trim()) ?? [];
  return numbers === undefined || suffix === undefined ? undefined : { numbers: numbers.split(".").map(Number), suffix };
}

export const isVersion = (text: string): boolean => partsOf(text) !== undefined;

/** Negative when `one` is older: v5.9.0 < v5.10.0; missing parts count as 0; a suffix ("-rc1") makes it older than without. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)];
  if (a === undefined || b === undefined) return one.localeCompare(other);
  for (let index = 0; index < Math.max(a.numbers.length, b.numbers.length); index++) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.suffix === b.suffix) return 0;
  if (a.suffix === "" || b.suffix === "") return a.suffix === "" ? 1 : -1;
  return a.suffix < b.suffix ? -1 : 1;
}

export const sameVersion = (one: string, other: string): boolean => compareVersions(one, other) === 0;
