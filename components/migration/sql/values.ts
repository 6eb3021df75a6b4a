/** What an expression may be when it runs: each of these, null for NULL. undefined: it can't be told before. */
export type Values = readonly (string | null)[] | undefined;

/** More of them say nothing any more. */
const most = 32;

/** Every value that several may have together, put together by a function. */
export function combined(lists: readonly Values[], join: (values: (string | null)[]) => string | null): Values {
  let rows: (string | null)[][] = [[]];
  for (const list of lists) {
    if (list === undefined || rows.length * list.length > most) return undefined;
    rows = rows.flatMap((row) => list.map((value) => [...row, value]));
  }
  return [...new Set(rows.map(join))];
}

/** Either of several. */
export function united(lists: readonly Values[]): Values {
  const all = lists.flatMap((values) => values ?? []);
  return lists.includes(undefined) || all.length > most ? undefined : [...new Set(all)];
}

/** Whether a condition holds that has these values; undefined: it can't be told. */
export const truthOf = (values: Values): boolean | undefined => {
  const found = [
    ...new Set(values?.map((value) => value !== null && Number.parseFloat(value) !== 0 && !Number.isNaN(Number.parseFloat(value)))),
  ];
  return found.length === 1 ? found[0] : undefined;
};
