import { isKey, readColumn, readDefinition, readKey } from "./column";
import { Cursor, listed } from "./cursor";
import type { Action, AlterTable, CreateTable, Options } from "./statement";
import type { Token } from "./tokens";

/** Behind CREATE … TABLE. */
export function readCreateTable(
  cursor: Cursor,
  { temporary, orReplace }: { temporary: boolean; orReplace: boolean },
): CreateTable | undefined {
  const onlyIfMissing = cursor.takeIfExists();
  const table = cursor.qualified();
  if (table === undefined) return undefined;
  const created: CreateTable = { is: "create table", table, temporary, orReplace, onlyIfMissing, columns: [], keys: [], options: {} };
  const elements = cursor.is("(", "SELECT") ? undefined : cursor.group();
  if (cursor.is("LIKE") || elements?.[0]?.upper === "LIKE") return { ...created, from: "like" };
  for (const element of listed(elements ?? [])) {
    const inside = new Cursor(element);
    if (inside.is("PERIOD", "FOR")) continue;
    const key = isKey(inside) ? readKey(inside) : undefined;
    const column = key === undefined ? readColumn(element) : undefined;
    if (key !== undefined) created.keys.push(key);
    else if (column !== undefined) created.columns.push(column);
  }
  created.options = readOptions(cursor.upTo("SELECT", "AS", "IGNORE", "REPLACE", "PARTITION", "("));
  if (!cursor.isAtEnd && !cursor.is("PARTITION")) created.from = "select";
  return created;
}

/** Behind ALTER … TABLE. */
export function readAlterTable(cursor: Cursor): AlterTable | undefined {
  cursor.takeIfExists();
  const table = cursor.qualified();
  if (cursor.take("WAIT")) cursor.next();
  cursor.take("NOWAIT");
  return table === undefined
    ? undefined
    : { is: "alter table", table, actions: listed(cursor.rest()).flatMap((part) => readAction(new Cursor(part), part)) };
}

function readAction(cursor: Cursor, part: Token[]): Action[] {
  const other: Action[] = [{ does: "something else" }];
  if (cursor.take("ADD")) return readAdd(cursor);
  if (cursor.take("DROP")) return readDrop(cursor);
  if (cursor.take("CHANGE")) return readChange(cursor);
  if (cursor.take("MODIFY")) {
    cursor.take("COLUMN");
    cursor.takeIfExists();
    const column = readColumn(cursor.rest());
    return column === undefined ? other : [{ does: "change column", from: column.name, column }];
  }
  if (cursor.take("ALTER")) return readAlterColumn(cursor);
  if (cursor.take("RENAME")) return readRename(cursor);
  if (cursor.take("CONVERT", "TO")) {
    const { CHARSET: charset = "default", COLLATE: collate } = readOptions(cursor.rest());
    return [{ does: "convert", charset, collate }];
  }
  if (cursor.take("TRUNCATE", "PARTITION")) return [{ does: "lose partition", how: "truncate" }];
  if (cursor.take("ORDER", "BY")) return [{ does: "order" }];
  if (cursor.isOneOf("PARTITION", "REMOVE", "REORGANIZE", "COALESCE")) return [{ does: "partition" }];
  const options = readOptions(part);
  return Object.keys(options).length > 0 ? [{ does: "set options", options }] : other;
}

function readAdd(cursor: Cursor): Action[] {
  if (isKey(cursor)) {
    const key = readKey(cursor);
    return key === undefined ? [{ does: "something else" }] : [{ does: "add key", key }];
  }
  if (cursor.is("PARTITION") || cursor.is("PERIOD", "FOR") || cursor.is("SYSTEM", "VERSIONING")) return [{ does: "something else" }];
  cursor.take("COLUMN");
  cursor.takeIfExists();
  const definitions = cursor.is("(") ? listed(cursor.group() ?? []) : [cursor.rest()];
  return definitions.flatMap((definition): Action[] => {
    if (isKey(new Cursor(definition))) return readAdd(new Cursor(definition));
    const column = readColumn(definition);
    return column === undefined ? [] : [{ does: "add column", column }];
  });
}

function readDrop(cursor: Cursor): Action[] {
  if (cursor.take("PRIMARY", "KEY")) return [{ does: "drop key", kind: "primary" }];
  if (cursor.take("PARTITION")) return [{ does: "lose partition", how: "drop" }];
  if (cursor.is("PERIOD", "FOR") || cursor.is("SYSTEM", "VERSIONING")) return [{ does: "something else" }];
  const kind = cursor.take("FOREIGN", "KEY") ? "foreign" : cursor.takeOneOf("INDEX", "KEY", "CHECK", "CONSTRAINT");
  cursor.take("COLUMN");
  cursor.takeIfExists();
  const name = cursor.name();
  if (name === undefined) return [{ does: "something else" }];
  if (kind === undefined) return [{ does: "drop column", name }];
  const kinds = { foreign: "foreign", INDEX: "index", KEY: "index", CHECK: "check", CONSTRAINT: "constraint" } as const;
  return [{ does: "drop key", kind: kinds[kind as keyof typeof kinds], name }];
}

function readChange(cursor: Cursor): Action[] {
  cursor.take("COLUMN");
  cursor.takeIfExists();
  const from = cursor.name();
  const to = cursor.name();
  if (from === undefined || to === undefined) return [{ does: "something else" }];
  return [{ does: "change column", from, column: readDefinition(to, cursor) }];
}

function readAlterColumn(cursor: Cursor): Action[] {
  if (cursor.isOneOf("INDEX", "KEY", "CHECK", "CONSTRAINT")) return [{ does: "something else" }];
  cursor.take("COLUMN");
  cursor.takeIfExists();
  const name = cursor.name() ?? "";
  if (cursor.take("SET", "DEFAULT")) return [{ does: "set default", name }];
  return [cursor.take("DROP", "DEFAULT") ? { does: "drop default", name } : { does: "something else" }];
}

function readRename(cursor: Cursor): Action[] {
  const what = cursor.takeOneOf("COLUMN", "INDEX", "KEY");
  if (what !== undefined) {
    cursor.takeIfExists();
    const from = cursor.name() ?? "";
    cursor.take("TO");
    return [{ does: what === "COLUMN" ? "rename column" : "rename key", from, to: cursor.name() ?? "" }];
  }
  cursor.takeOneOf("TO", "AS", "=");
  const to = cursor.qualified();
  return to === undefined ? [{ does: "something else" }] : [{ does: "rename table", to }];
}

const optionNames = [
  "ENGINE",
  "TYPE",
  "ROW_FORMAT",
  "KEY_BLOCK_SIZE",
  "AUTO_INCREMENT",
  "COMMENT",
  "ALGORITHM",
  "LOCK",
  "TABLESPACE",
  "PAGE_COMPRESSED",
  "ENCRYPTION",
  "STATS_PERSISTENT",
];

/** `ENGINE=InnoDB DEFAULT CHARACTER SET = utf8mb4`, with or without commas and equals signs; what isn't asked for is left out. */
export function readOptions(tokens: readonly Token[]): Options {
  const cursor = new Cursor(tokens);
  const options: Options = {};
  while (!cursor.isAtEnd) {
    if (cursor.take("CHARSET") || cursor.take("CHARACTER", "SET") || cursor.take("CHAR", "SET")) options["CHARSET"] = readValue(cursor);
    else if (cursor.take("COLLATE")) options["COLLATE"] = readValue(cursor);
    else if (cursor.take("FORCE")) options["FORCE"] = "yes";
    else {
      const name = cursor.takeOneOf(...optionNames);
      if (name === undefined) cursor.next();
      else options[name] = readValue(cursor);
    }
  }
  return options;
}

function readValue(cursor: Cursor): string {
  cursor.take("=");
  return cursor.next()?.text ?? "";
}
