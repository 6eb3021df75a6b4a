/** The candidates that differ least from a word, the nearest first; of equally near ones the last by name. */
export function nearest(word: string, candidates: readonly string[], count: number): string[] {
  const distances = candidates.map((candidate) => ({ candidate, distance: editDistance(word, candidate) }));
  const byName = (one: string, other: string): number => other.localeCompare(one, "en", { numeric: true });
  distances.sort((one, other) => one.distance - other.distance || byName(one.candidate, other.candidate));
  return distances.slice(0, count).map(({ candidate }) => candidate);
}

/** Characters to be added, left out or replaced. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
