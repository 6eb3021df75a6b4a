import { Cursor, listed } from "./cursor";
import { ownDatabase } from "./databases";
import { functions } from "./functions";
import type { Token } from "./tokens";
import { combined, truthOf, united, type Values } from "./values";

/** What a name or a variable may be. */
export type Look = (name: Token) => Values;

/** How deep brackets are followed; no stack overflows for a text that is no SQL. */
const deepest = 50;

/**
 * As far as an expression is made of plain values and known names: texts put together by CONCAT and the like, IF and CASE, simple comparisons. Where
 * a condition can't be told, the value is either.
 */
export function valuesOf(expression: readonly Token[], look: Look, depth = 0): Values {
  if (expression.length === 0 || depth > deepest) return undefined;
  const of = (part: readonly Token[]): Values => valuesOf(part, look, depth + 1);
  if (has(expression, "BETWEEN", "XOR", "LIKE", "REGEXP", "RLIKE", ":=")) return undefined;
  const either = cut(expression, "OR");
  if (either.length > 1) return asValue(anyOf(either.map((part) => truthOf(of(part)))));
  const every = cut(expression, "AND", "&&");
  if (every.length > 1) return asValue(allOf(every.map((part) => truthOf(of(part)))));
  if (expression[0]?.upper === "NOT" || expression[0]?.upper === "!") return asValue(not(truthOf(of(expression.slice(1)))));
  return compared(expression, of) ?? primary(expression, of, look);
}

const asValue = (holds: boolean | undefined): Values => (holds === undefined ? undefined : [holds ? "1" : "0"]);
const not = (holds: boolean | undefined): boolean | undefined => (holds === undefined ? undefined : !holds);
const anyOf = (all: (boolean | undefined)[]): boolean | undefined =>
  all.includes(true) ? true : all.includes(undefined) ? undefined : false;
const allOf = (all: (boolean | undefined)[]): boolean | undefined =>
  all.includes(false) ? false : all.includes(undefined) ? undefined : true;

const has = (expression: readonly Token[], ...words: string[]): boolean => cut(expression, ...words).length > 1;

/** The parts between words or marks that are in no brackets and no CASE. */
function cut(expression: readonly Token[], ...at: string[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of expression) {
    if (token.upper === "(" || token.upper === "CASE") depth++;
    else if (token.upper === ")" || token.upper === "END") depth--;
    if (depth === 0 && at.includes(token.upper)) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

type Of = (part: readonly Token[]) => Values;

/** `a = b`, `a IS NOT NULL`; undefined when it is no such thing. */
function compared(expression: readonly Token[], of: Of): Values {
  const [tested, isWhat, ...others] = cut(expression, "IS");
  if (tested !== undefined && isWhat !== undefined && others.length === 0) {
    const isNegated = isWhat[0]?.upper === "NOT";
    if (isWhat.at(-1)?.upper !== "NULL") return undefined;
    return combined([of(tested)], ([value]) => ((value === null) === isNegated ? "0" : "1"));
  }
  for (const [mark, holds] of Object.entries(comparisons)) {
    const [left, right, ...more] = cut(expression, mark);
    if (left === undefined || right === undefined || more.length > 0) continue;
    return combined([told(of(left)), told(of(right))], ([one = null, other = null]) =>
      one === null || other === null ? null : holds(order(one, other)) ? "1" : "0",
    );
  }
  return undefined;
}

/** The database's name is another one in each environment. */
const told = (values: Values): Values => (values?.includes(ownDatabase) === true ? undefined : values);

const comparisons: Record<string, (order: number) => boolean> = {
  "=": (order) => order === 0,
  "<>": (order) => order !== 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  ">": (order) => order > 0,
  "<=": (order) => order <= 0,
  ">=": (order) => order >= 0,
};

/** As most collations have it: case makes no difference. */
function order(one: string, other: string): number {
  const [a, b] = [Number(one), Number(other)];
  if (one !== "" && other !== "" && !Number.isNaN(a) && !Number.isNaN(b)) return a - b;
  const [low, high] = [one.toLowerCase(), other.toLowerCase()];
  return low === high ? 0 : low < high ? -1 : 1;
}

const words: Partial<Record<string, string | null>> = { NULL: null, TRUE: "1", FALSE: "0" };

function primary(expression: readonly Token[], of: Of, look: Look): Values {
  const [first, second] = expression;
  if (first === undefined) return undefined;
  if (expression.every(({ kind }) => kind === "string")) return [expression.map(({ text }) => text).join("")];
  if (second === undefined)
    return first.kind === "number" ? [first.text] : first.upper in words ? [words[first.upper] ?? null] : look(first);
  const cursor = new Cursor(expression);
  if (first.upper === "CASE") return expression.at(-1)?.upper === "END" ? caseValues(new Cursor(expression.slice(1, -1)), of) : undefined;
  const name = first.kind === "word" && second.upper === "(" ? cursor.next()?.upper : undefined;
  const group = cursor.group();
  if (group === undefined || !cursor.isAtEnd) return undefined;
  if (name !== undefined) return functions[name]?.(listed(group).map((part) => () => of(part)));
  return group[0]?.upper === "SELECT" ? selected(new Cursor(group), of) : of(group);
}

/** `SELECT IF(…) [FROM …]`: the one value that it selects, or NULL when there is no row. */
function selected(cursor: Cursor, of: Of): Values {
  cursor.next();
  const value = cursor.upTo("FROM", "AS", "WHERE", "LIMIT", "INTO", "UNION");
  return cursor.is("UNION") ? undefined : united([of(value), [null]]);
}

function caseValues(cursor: Cursor, of: Of): Values {
  const subject = cursor.upTo("WHEN");
  const possible: Values[] = [];
  while (cursor.take("WHEN")) {
    const when = cursor.upTo("THEN");
    cursor.next();
    const value = cursor.upTo("WHEN", "ELSE");
    const holds = truthOf(
      subject.length === 0 ? of(when) : combined([of(subject), of(when)], ([a, b]) => (a === b && a !== null ? "1" : "0")),
    );
    if (holds !== false) possible.push(of(value));
    if (holds === true) return united(possible);
  }
  return united([...possible, cursor.take("ELSE") ? of(cursor.rest()) : [null]]);
}
