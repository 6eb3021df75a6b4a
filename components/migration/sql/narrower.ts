import type { Column } from "./statement";

/** Types of which each holds every value of those before it. */
const families: readonly (readonly string[])[] = [
  ["tinyint", "smallint", "mediumint", "int", "bigint"],
  ["tinytext", "text", "mediumtext", "longtext"],
  ["tinyblob", "blob", "mediumblob", "longblob"],
  ["float", "double"],
  ["date", "datetime"],
];

/** How many characters or bytes a text type holds. */
const lengths: Partial<Record<string, number>> = { tinytext: 255, text: 65_535, mediumtext: 16_777_215, longtext: 2 ** 32 };

/** Whether some value of the one doesn't fit into the other, as it was. Display widths of integers say nothing. */
export function isNarrower(was: Column, now: Column): boolean {
  if (now.unsigned !== was.unsigned && !(was.unsigned && family(now) > family(was))) return true;
  if (was.type === now.type) return isShorter(was, now);
  const shared = families.find((types) => types.includes(was.type) && types.includes(now.type));
  if (shared !== undefined) return family(now) < family(was);
  const [had, has] = [capacity(was), capacity(now)];
  return had === undefined || has === undefined || has < had;
}

const family = ({ type }: Column): number => families.find((types) => types.includes(type))?.indexOf(type) ?? -1;

function isShorter(was: Column, now: Column): boolean {
  if (["enum", "set"].includes(was.type)) return was.arguments.some((word) => !now.arguments.includes(word));
  if (families[0]?.includes(was.type) === true) return false;
  if (was.type === "decimal") {
    const [digits, behind] = sizes(was, [10, 0]);
    const [nowDigits, nowBehind] = sizes(now, [10, 0]);
    return nowBehind < behind || nowDigits - nowBehind < digits - behind;
  }
  return (capacity(now) ?? 0) < (capacity(was) ?? 0) || sizes(now, [0])[0]! < sizes(was, [0])[0]!;
}

const sizes = ({ arguments: given }: Column, defaults: readonly number[]): [number, number] => [
  Number(given[0] ?? defaults[0] ?? 0),
  Number(given[1] ?? defaults[1] ?? 0),
];

/** How many characters fit in; undefined for what is no text. */
const capacity = (column: Column): number | undefined =>
  column.type === "varchar" || column.type === "char"
    ? sizes(column, [1])[0]
    : column.type === "json"
      ? lengths["longtext"]
      : lengths[column.type];

/** `varchar(50)`, `int unsigned` */
export const typeText = ({ type, arguments: given, unsigned }: Column): string =>
  `${type}${given.length === 0 ? "" : `(${given.join(",")})`}${unsigned ? " unsigned" : ""}`;
