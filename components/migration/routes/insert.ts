import { Cursor, listed } from "../sql/cursor";
import type { Token } from "../sql/tokens";
import { assignments, nameIn, type Row, skip, Unclear, type Value, valueOf } from "./clauses";

/** What an INSERT or REPLACE does where a row of the same key is. The server refuses a plain INSERT then: the row stays as with IGNORE. */
export type OnExisting = "overwrite" | "keep" | ReadonlyMap<string, (added: Row) => Value>;

export interface Insert {
  do: "insert";
  rows: Row[];
  onExisting: OnExisting;
}

/** Reads on behind the table's name. @throws Unclear */
export function readInsert(cursor: Cursor, { isReplace }: { isReplace: boolean }): Insert {
  const onExisting = isReplace ? "overwrite" : "keep";
  if (cursor.take("SET")) {
    const row = new Map([...assignments(cursor.upTo("ON", "AS"))].map(([column, tokens]) => [column, valueOf(tokens)]));
    return { do: "insert", rows: [row], onExisting: readOnDuplicate(cursor) ?? onExisting };
  }
  const columns = columnsOf(cursor);
  if (cursor.take("VALUES") || cursor.take("VALUE")) {
    const rows = valueLists(cursor).map((values) => rowOf(columns, values.map(valueOf)));
    return { do: "insert", rows, onExisting: readOnDuplicate(cursor) ?? onExisting };
  }
  const isGrouped = cursor.is("(");
  const selected = selects(isGrouped ? (cursor.group() ?? []) : cursor.upTo("ON"));
  const rows = selected.map((values) => rowOf(columns, values));
  return { do: "insert", rows, onExisting: readOnDuplicate(cursor) ?? onExisting };
}

function columnsOf(cursor: Cursor): string[] {
  const columns = cursor.is("(", "SELECT") ? undefined : cursor.group();
  if (columns === undefined) throw new Unclear("it doesn't name its columns");
  return listed(columns).map((part) => nameIn(new Cursor(part)) ?? "");
}

function valueLists(cursor: Cursor): Token[][][] {
  const lists: Token[][][] = [];
  do lists.push(listed(cursor.group() ?? []));
  while (cursor.take(","));
  return lists;
}

function rowOf(columns: readonly string[], values: readonly Value[]): Row {
  if (values.length !== columns.length) throw new Unclear(`it names ${columns.length} columns, but a row has ${values.length} values`);
  return new Map(columns.map((column, index) => [column, values[index]]));
}

/** `SELECT 'a', 'b' UNION ALL SELECT …`: rows of literals. */
function selects(tokens: readonly Token[]): Value[][] {
  const cursor = new Cursor(tokens);
  const found: Value[][] = [];
  do found.push(...select(new Cursor(cursor.upTo("UNION"))));
  while (cursor.take("UNION") && (skip(cursor, "ALL", "DISTINCT"), true));
  return found;
}

/** Guarded or not: where `WHERE NOT EXISTS (…)` keeps a row out, one of its key is there. */
function select(cursor: Cursor): Value[][] {
  if (!cursor.take("SELECT")) throw new Unclear("where its rows come from can't be read");
  skip(cursor, "DISTINCT", "ALL");
  const items = listed(cursor.upTo("FROM", "WHERE", "LIMIT"));
  const inner = cursor.take("FROM") && !cursor.take("DUAL") ? innerSelect(cursor, items) : undefined;
  const guard = cursor.take("WHERE", "NOT", "EXISTS") ? cursor.group() : undefined;
  if (guard?.some(({ text }) => text.toLowerCase() === "api_routes") === false) throw new Unclear("it depends on another table");
  const mostRows = cursor.take("LIMIT") ? cursor.next()?.text : "1";
  if (!cursor.isAtEnd || mostRows !== "1") throw new Unclear("it depends on what is in the database");
  return inner ?? [items.map((item) => valueOf(withoutAlias(item)))];
}

/** `SELECT * FROM (SELECT 'a' AS route_name, …) AS new` */
function innerSelect(cursor: Cursor, items: readonly Token[][]): Value[][] {
  const isAll = items.length === 1 && items[0]?.at(-1)?.text === "*";
  const inner = isAll ? cursor.group() : undefined;
  if (inner === undefined) throw new Unclear("it takes rows from another table");
  cursor.take("AS");
  if (!cursor.is("WHERE") && !cursor.is("LIMIT")) nameIn(cursor);
  return selects(inner);
}

const withoutAlias = (item: readonly Token[]): Token[] =>
  item.slice(0, item.length > 1 && item[0]?.kind !== "mark" ? aliasAt(item) : undefined);

/** `'x' AS a`, `'x' a`; a call keeps its parentheses and so stays no literal. */
const aliasAt = (item: readonly Token[]): number | undefined =>
  item[1]?.kind === "mark" ? undefined : item.length === 2 || item[1]?.text.toUpperCase() === "AS" ? 1 : undefined;

/** `[AS new] ON DUPLICATE KEY UPDATE a = VALUES(a), b = new.b, c = 'literal'` */
function readOnDuplicate(cursor: Cursor): OnExisting | undefined {
  const alias = cursor.take("AS") ? nameIn(cursor) : undefined;
  cursor.group();
  if (cursor.isAtEnd) return undefined;
  if (!cursor.take("ON", "DUPLICATE", "KEY", "UPDATE")) throw new Unclear("its end can't be read");
  return new Map([...assignments(cursor.rest())].map(([column, tokens]) => [column, assigned(tokens, alias)]));
}

function assigned(tokens: readonly Token[], alias: string | undefined): (added: Row) => Value {
  const cursor = new Cursor(tokens);
  if (cursor.take("VALUES") || cursor.take("VALUE")) {
    const column = nameIn(new Cursor(cursor.group() ?? [])) ?? "";
    return (added) => added.get(column);
  }
  const isOfAlias = alias !== undefined && tokens[0]?.text.toLowerCase() === alias && tokens[1]?.text === ".";
  const column = isOfAlias ? (nameIn(cursor) ?? "") : undefined;
  return column === undefined ? () => valueOf(tokens) : (added) => added.get(column);
}
