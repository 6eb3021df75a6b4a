import { columnsOf } from "./column";
import { Cursor, listed, mentions } from "./cursor";
import type { Change, Insert, Name } from "./statement";
import type { Token } from "./tokens";

const speeds = ["LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK"];

/** Behind INSERT or REPLACE. */
export function readInsert(cursor: Cursor, verb: Insert["verb"]): Insert | undefined {
  while (cursor.takeOneOf(...speeds) !== undefined);
  const ignore = cursor.take("IGNORE");
  cursor.take("INTO");
  const table = cursor.qualified();
  if (table === undefined) return undefined;
  if (cursor.take("PARTITION")) cursor.group();
  const columns = cursor.is("(", "SELECT") || cursor.is("(", "WITH") ? [] : columnsOf(cursor.group());
  const onDuplicate = (tokens: readonly Token[]): boolean => mentions(tokens, "ON", "DUPLICATE", "KEY");
  if (cursor.takeOneOf("VALUES", "VALUE") !== undefined) {
    const row = listed(cursor.group() ?? []);
    const values = Object.fromEntries(columns.map((column, index) => [column.toLowerCase(), plainValue(row[index])]));
    return { is: "insert", verb, table, ignore, onDuplicate: onDuplicate(cursor.rest()), isGuarded: false, values };
  }
  const isSet = cursor.take("SET");
  const rest = cursor.rest();
  const values = isSet ? Object.fromEntries(readSets(rest).map(({ column, value }) => [column.toLowerCase(), value])) : {};
  return { is: "insert", verb, table, ignore, onDuplicate: onDuplicate(rest), isGuarded: !isSet && leavesOut(rest), values };
}

/** NOT EXISTS, NOT IN, or a join that looks for a missing partner. */
const leavesOut = (select: readonly Token[]): boolean =>
  mentions(select, "NOT", "EXISTS") ||
  mentions(select, "NOT", "IN") ||
  (mentions(select, "JOIN") && mentions(select, "LEFT") && mentions(select, "IS", "NULL")) ||
  (mentions(select, "COUNT") && mentions(select, "=") && /=,?0/.test(select.map(({ text }) => text).join(",")));

const plainValue = (value: readonly Token[] = []): string | undefined =>
  value.length === 1 && (value[0]?.kind === "string" || value[0]?.kind === "number") ? value[0].text : undefined;

/** Behind UPDATE. */
export function readUpdate(cursor: Cursor): Change {
  cursor.take("LOW_PRIORITY");
  cursor.take("IGNORE");
  const references = cursor.upTo("SET");
  cursor.take("SET");
  const sets = readSets(cursor.upTo("WHERE", "ORDER", "LIMIT"));
  const aliases = readReferences(references);
  const tables = [...new Set(aliases.values())];
  // Of several tables, the ones changed are those that its columns are named after.
  const named = sets.flatMap(({ table }) => (table === undefined ? [] : (aliases.get(table.toLowerCase()) ?? [])));
  const isAllNamed = sets.every(({ table }) => table !== undefined);
  return {
    is: "update",
    tables: isAllNamed && named.length > 0 ? [...new Set(named)] : tables,
    isLimited: isLimited(references, cursor),
    sets,
  };
}

function readSets(tokens: readonly Token[]): (Change["sets"][number] & { table?: string })[] {
  return listed(tokens).flatMap((part) => {
    const cursor = new Cursor(part);
    const names = [cursor.name()];
    while (cursor.take(".")) names.push(cursor.name());
    const column = names.at(-1);
    cursor.takeOneOf("=", ":=");
    return column === undefined ? [] : [{ column, table: names.at(-2), value: plainValue(cursor.rest()) }];
  });
}

/** Behind DELETE: `FROM t`, `a, b FROM …`, `FROM a, b USING …`. */
export function readDelete(cursor: Cursor): Change {
  while (cursor.takeOneOf(...speeds, "IGNORE") !== undefined);
  let targets = cursor.take("FROM") ? undefined : cursor.upTo("FROM");
  cursor.take("FROM");
  let references = cursor.upTo("WHERE", "ORDER", "LIMIT", "RETURNING", "USING");
  // USING with parentheses belongs to a join.
  if (cursor.is("USING") && !cursor.is("USING", "(")) {
    cursor.next();
    targets = references;
    references = [];
  }
  references = [...references, ...cursor.upTo("WHERE", "ORDER", "LIMIT", "RETURNING")];
  const aliases = readReferences(references);
  const named = targets === undefined ? [...aliases.values()] : listed(targets).flatMap((target) => targetOf(target, aliases));
  return { is: "delete", tables: named, isLimited: isLimited(references, cursor), sets: [] };
}

/** `t`, `db.t` or `t.*` in front of FROM. */
function targetOf(target: readonly Token[], aliases: ReadonlyMap<string, Name>): Name[] {
  const name = new Cursor(target).qualified();
  return name === undefined ? [] : [aliases.get(name.name.toLowerCase()) ?? name];
}

/** The tables behind FROM or UPDATE, by alias and by name. */
function readReferences(tokens: readonly Token[]): Map<string, Name> {
  const found = new Map<string, Name>();
  const cursor = new Cursor(tokens);
  let isTable = true;
  while (!cursor.isAtEnd) {
    if (isTable && !cursor.is("(")) {
      const table = cursor.qualified();
      cursor.take("AS");
      const alias = cursor.isOneOf(
        "JOIN",
        "LEFT",
        "RIGHT",
        "INNER",
        "CROSS",
        "NATURAL",
        "STRAIGHT_JOIN",
        "ON",
        "USING",
        "PARTITION",
        "FORCE",
        "USE",
      )
        ? undefined
        : cursor.name();
      if (table !== undefined) found.set((alias ?? table.name).toLowerCase(), table);
      isTable = false;
    } else {
      if (cursor.is("(")) cursor.group();
      else isTable = cursor.takeOneOf("JOIN", "STRAIGHT_JOIN", ",") !== undefined || (cursor.next(), false);
      if (isTable) cursor.take("LATERAL");
    }
  }
  return found;
}

/** Whether not every row is meant: by a condition that isn't always true, or by a join that must find a partner. */
function isLimited(references: readonly Token[], cursor: Cursor): boolean {
  if (cursor.take("WHERE")) return !isAlwaysTrue(cursor.upTo("ORDER", "LIMIT", "RETURNING"));
  return hasInnerJoin(references);
}

/** `1`, `TRUE`, `1 = 1`, and `id > 0`, which is written to get past a client's safe mode. */
const isAlwaysTrue = (condition: readonly Token[]): boolean =>
  /^(?:1|true|(\S+) = \1|(?:\S+ \. )?id (?:>|>=|<>|!=) (?:0|- 1))$/i.test(condition.map(({ text }) => text).join(" "));

function hasInnerJoin(references: readonly Token[]): boolean {
  const cursor = new Cursor(references);
  while (!cursor.isAtEnd) {
    const before = cursor
      .upTo("JOIN", "STRAIGHT_JOIN")
      .slice(-2)
      .map(({ upper }) => upper);
    if (cursor.next() === undefined) return false;
    const isOuter = before.some((word) => word === "LEFT" || word === "RIGHT");
    const behind = cursor.upTo("ON", "USING", "JOIN", "LEFT", "RIGHT", "INNER", "CROSS");
    if (!isOuter && (before.includes("NATURAL") || (behind.length > 0 && cursor.isOneOf("ON", "USING")))) return true;
  }
  return false;
}
