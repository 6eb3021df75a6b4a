import { Cursor } from "../sql/cursor";
import { type Token, tokens } from "../sql/tokens";
import { assignments, type Condition, conditionsOf, nameIn, skip, Unclear, type Value, valueOf } from "./clauses";
import { type Insert, readInsert } from "./insert";

/** What a statement does to the table of routes. */
export type RouteStatement =
  Insert | { do: "update"; set: ReadonlyMap<string, Value>; where: Condition[] } | { do: "delete"; where: Condition[] };

const table = "api_routes";
/** A statement that sets none of these is of no interest. */
const interesting = ["route_name", "version", "path", "methods", "params"];

/** @returns undefined for a statement that doesn't change the table @throws Unclear */
export function readRouteStatement(text: string): RouteStatement | undefined {
  if (!/\bapi_routes\b/i.test(text)) return undefined;
  const cursor = new Cursor(tokens(text));
  if (cursor.take("INSERT")) return insertion(cursor, { isReplace: false });
  if (cursor.take("REPLACE")) return insertion(cursor, { isReplace: true });
  if (cursor.take("UPDATE")) return update(cursor);
  if (cursor.take("DELETE")) return deletion(cursor);
  if (cursor.take("TRUNCATE")) return (cursor.take("TABLE"), nameIn(cursor) === table) ? { do: "delete", where: [] } : undefined;
  if (cursor.take("DROP", "TABLE")) return (cursor.take("IF", "EXISTS"), hasTable(cursor.rest())) ? { do: "delete", where: [] } : undefined;
  if (/\b(INSERT|REPLACE|UPDATE|DELETE|TRUNCATE)\b[^;]*\bapi_routes\b/i.test(text))
    throw new Unclear("it holds code that changes the routes when it runs");
  return undefined;
}

const hasTable = (tokens: readonly Token[]): boolean => tokens.some((token) => isTable(token));
const isTable = ({ kind, text }: Token): boolean => (kind === "name" || kind === "word") && text.toLowerCase() === table;

function insertion(cursor: Cursor, { isReplace }: { isReplace: boolean }): RouteStatement | undefined {
  skip(cursor, "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY");
  cursor.take("IGNORE");
  cursor.take("INTO");
  return nameIn(cursor) === table ? readInsert(cursor, { isReplace }) : undefined;
}

function update(cursor: Cursor): RouteStatement | undefined {
  skip(cursor, "LOW_PRIORITY", "IGNORE");
  const tables = cursor.upTo("SET");
  if (!hasTable(tables) || !cursor.take("SET")) return undefined;
  const set = assignments(cursor.upTo("WHERE", "ORDER", "LIMIT"));
  if (![...set.keys()].some((column) => interesting.includes(column))) return undefined;
  if (!isOneTable(tables)) throw new Unclear("it depends on other tables");
  return { do: "update", set: new Map([...set].map(([column, tokens]) => [column, valueOf(tokens)])), where: whereOf(cursor) };
}

/** `FROM api_routes …`, or `ar FROM api_routes ar …`; of a join only what it deletes from counts. */
function deletion(cursor: Cursor): RouteStatement | undefined {
  skip(cursor, "LOW_PRIORITY", "QUICK", "IGNORE");
  const targets = cursor.upTo("FROM");
  cursor.take("FROM");
  const tables = cursor.upTo("WHERE", "ORDER", "LIMIT", "USING");
  const alias = aliasIn(tables);
  const isTarget = targets.length === 0 ? hasTable(tables) : targets.some((token) => isTable(token) || token.text.toLowerCase() === alias);
  if (!isTarget) return undefined;
  if (!isOneTable(tables)) throw new Unclear("it depends on other tables");
  return { do: "delete", where: whereOf(cursor) };
}

/** What a table expression calls the table. */
function aliasIn(tables: readonly Token[]): string | undefined {
  const behind = tables.slice(tables.findIndex((token) => isTable(token)) + 1).filter((token) => token.upper !== "AS");
  return hasTable(tables) ? behind[0]?.text.toLowerCase() : undefined;
}

/** `[schema.]api_routes [[AS] alias]` */
function isOneTable(tables: readonly Token[]): boolean {
  const cursor = new Cursor(tables);
  if (nameIn(cursor) !== table) return false;
  cursor.take("AS");
  if (!cursor.isAtEnd) nameIn(cursor);
  return cursor.isAtEnd;
}

function whereOf(cursor: Cursor): Condition[] {
  const where = cursor.take("WHERE") ? conditionsOf(cursor.upTo("ORDER", "LIMIT")) : [];
  if (!cursor.isAtEnd) throw new Unclear("its end can't be read");
  return where;
}
