import { Cursor, listed } from "../sql/cursor";
import type { Token } from "../sql/tokens";

/** Of a column: a literal, NULL, or undefined for what only the server can know. */
export type Value = string | null | undefined;
export type Row = ReadonlyMap<string, Value>;

/** `column` is one of `values`, or like one of them. */
export interface Condition {
  column: string;
  values: readonly string[];
  isPattern: boolean;
}

/** A statement on the table that can't be read for certain; the message completes "could not tell: …". */
export class Unclear extends Error {}

export function valueOf(tokens: readonly Token[]): Value {
  const [only] = tokens;
  if (tokens.length !== 1 || only === undefined) return undefined;
  if (only.kind === "string" || only.kind === "number") return only.text;
  return only.upper === "NULL" ? null : undefined;
}

/** `name`, `table.name`: the last part, in lower case. */
export const nameIn = (cursor: Cursor): string | undefined => cursor.qualified()?.name.toLowerCase();

export function skip(cursor: Cursor, ...words: string[]): void {
  while (cursor.takeOneOf(...words) !== undefined);
}

/** `a = 'x', t.b = VALUES(b)`: the columns with the tokens of what they get. */
export const assignments = (tokens: readonly Token[]): Map<string, Token[]> =>
  new Map(
    listed(tokens).map((part) => {
      const cursor = new Cursor(part);
      const column = nameIn(cursor);
      if (column === undefined || !cursor.take("=")) throw new Unclear("what it sets can't be read");
      return [column, cursor.rest()];
    }),
  );

/** Conditions joined by AND: `column = 'x'`, `column IN ('x', 'y')`, `column LIKE 'x%'`. @throws Unclear for others */
export function conditionsOf(tokens: readonly Token[]): Condition[] {
  const cursor = new Cursor(tokens);
  const conditions: Condition[] = [];
  do conditions.push(conditionOf(cursor.upTo("AND")));
  while (cursor.take("AND"));
  return conditions;
}

function conditionOf(tokens: readonly Token[]): Condition {
  const cursor = new Cursor(tokens);
  const column = nameIn(cursor);
  const isIn = cursor.take("IN");
  const isPattern = !isIn && cursor.take("LIKE");
  if (column === undefined || (!isIn && !isPattern && !cursor.take("="))) throw new Unclear("its WHERE can't be read");
  const values = isIn ? listed(cursor.group() ?? []).map(valueOf) : [valueOf(cursor.upTo("AND"))];
  const literals = values.filter((value) => typeof value === "string");
  if (literals.length !== values.length || !cursor.isAtEnd) throw new Unclear("its WHERE can't be read");
  return { column, values: literals, isPattern };
}

/** Compared as the server's usual collations do, without regard to case. @throws Unclear when the row doesn't say */
export function holds({ column, values, isPattern }: Condition, row: Row): boolean {
  const value = row.get(column);
  if (value === undefined) throw new Unclear(`its WHERE asks for \`${column}\`, which isn't known here`);
  if (value === null) return false;
  return values.some((wanted) => (isPattern ? likePattern(wanted).test(value) : wanted.toLowerCase() === value.toLowerCase()));
}

const likePattern = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern.replace(/\\([%_])|([%_])|[.*+?^${}()|[\]\\]/g, (found, escaped?: string, any?: string) =>
      any === "%" ? ".*" : any === "_" ? "." : (escaped ?? `\\${found}`),
    )}$`,
    "is",
  );
