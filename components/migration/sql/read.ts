import { readKey } from "./column";
import { Cursor, listed } from "./cursor";
import { readDelete, readInsert, readUpdate } from "./rows";
import type { Assignment, Name, ObjectKind, Sql } from "./statement";
import { readAlterTable, readCreateTable, readOptions } from "./table";
import { type Token, tokens } from "./tokens";

/**
 * Reads what a statement is and does; whatever isn't asked for, or can't be read, is "other". Never throws. No parser from npm: those for MySQL
 * refuse what MariaDB allows (ADD COLUMN IF NOT EXISTS, compound statements, stored routines' bodies) and a refused statement would go unchecked.
 */
export const readStatement = (text: string): Sql => readTokens(tokens(text));

/** The same of what is cut already. */
export function readTokens(all: readonly Token[]): Sql {
  const cursor = new Cursor(all);
  const first = cursor.next()?.upper ?? "";
  const other: Sql = { is: "other", first, tokens: all };
  switch (first) {
    case "CREATE":
      return readCreate(cursor) ?? other;
    case "DROP":
      return readDrop(cursor) ?? other;
    case "ALTER":
      return readAlter(cursor) ?? other;
    case "INSERT":
    case "REPLACE":
      return readInsert(cursor, first === "INSERT" ? "insert" : "replace") ?? other;
    case "UPDATE":
      return readUpdate(cursor);
    case "DELETE":
      return readDelete(cursor);
    case "WITH":
      return readWith(cursor) ?? other;
    case "SET":
      return readSet(cursor) ?? other;
    case "PREPARE":
    case "EXECUTE":
      return readPrepare(cursor, first) ?? other;
    case "GRANT":
    case "REVOKE":
      return { is: "rights", verb: first };
    default:
      return readSmall(first, cursor) ?? other;
  }
}

function readSmall(first: string, cursor: Cursor): Sql | undefined {
  if (first === "TRUNCATE") {
    cursor.take("TABLE");
    const table = cursor.qualified();
    return table && { is: "truncate", table };
  }
  if (first === "RENAME" && cursor.take("USER")) return { is: "rights", verb: "RENAME USER" };
  if (first === "RENAME" && cursor.takeOneOf("TABLE", "TABLES") !== undefined) return readRenameTable(cursor);
  if (first === "CALL") {
    const routine = cursor.qualified();
    return routine && { is: "call", routine, arguments: listed(cursor.group() ?? []).map(argument) };
  }
  if (first === "USE") {
    const database = cursor.name();
    return database === undefined ? undefined : { is: "use", database };
  }
  return undefined;
}

/** A plain value; undefined for what must be computed. */
function argument(value: readonly Token[]): string | undefined {
  const [one] = value;
  return value.length === 1 && one !== undefined && one.kind !== "variable" && one.kind !== "mark" ? one.text : undefined;
}

function readRenameTable(cursor: Cursor): Sql {
  cursor.takeIfExists();
  const pairs = listed(cursor.rest()).flatMap((part) => {
    const inside = new Cursor(part);
    const from = inside.qualified();
    while (!inside.isAtEnd && !inside.take("TO")) inside.next();
    const to = inside.qualified();
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
  return { is: "rename table", pairs };
}

const objectKinds: Partial<Record<string, ObjectKind>> = {
  VIEW: "view",
  PROCEDURE: "procedure",
  FUNCTION: "function",
  TRIGGER: "trigger",
  EVENT: "event",
  SEQUENCE: "sequence",
};

function readCreate(cursor: Cursor): Sql | undefined {
  const orReplace = cursor.take("OR", "REPLACE");
  const ends = ["TABLE", "INDEX", "DATABASE", "SCHEMA", "USER", "ROLE", ...Object.keys(objectKinds)];
  const head = cursor.upTo(...ends);
  const what = cursor.next()?.upper ?? "";
  const has = (word: string): boolean => head.some(({ upper }) => upper === word);
  if (what === "TABLE") return readCreateTable(cursor, { temporary: has("TEMPORARY"), orReplace });
  if (what === "INDEX") return readCreateIndex(cursor, head);
  if (what === "USER" || what === "ROLE") return { is: "rights", verb: `CREATE ${what}` };
  const onlyIfMissing = cursor.takeIfExists();
  const object = cursor.qualified();
  if (object === undefined) return undefined;
  if (what === "DATABASE" || what === "SCHEMA") return { is: "create database", name: object.name };
  const kind = objectKinds[what];
  return kind && { is: "create object", kind, object, orReplace, onlyIfMissing, definer: definerOf(head) };
}

/** `DEFINER = who` in front of a routine or view. */
function definerOf(head: readonly Token[]): string | undefined {
  const at = head.findIndex(({ upper }) => upper === "DEFINER");
  if (at === -1) return undefined;
  const who = new Cursor(head.slice(at + 1));
  who.take("=");
  return who
    .upTo("SQL", "AGGREGATE")
    .map(({ text }) => text.replaceAll("`", ""))
    .join("");
}

function readCreateIndex(cursor: Cursor, head: readonly Token[]): Sql | undefined {
  cursor.takeIfExists();
  const name = cursor.name();
  if (cursor.take("USING")) cursor.next();
  if (!cursor.take("ON")) return undefined;
  const table = cursor.qualified();
  const kind = head.find(({ upper }) => ["UNIQUE", "FULLTEXT", "SPATIAL"].includes(upper));
  const key = readKey(new Cursor([...(kind === undefined ? [] : [kind]), word("KEY"), ...cursor.upTo("ALGORITHM", "LOCK", "COMMENT")]));
  if (table === undefined || key === undefined) return undefined;
  return { is: "create index", table, key: { ...key, name }, options: readOptions(cursor.rest()) };
}

const word = (text: string): Token => ({ kind: "word", text, upper: text, at: 0, end: 0 });

function readDrop(cursor: Cursor): Sql | undefined {
  const temporary = cursor.take("TEMPORARY");
  const what = cursor.next()?.upper ?? "";
  if (what === "USER" || what === "ROLE") return { is: "rights", verb: `DROP ${what}` };
  const ifExists = cursor.takeIfExists();
  if (what === "TABLE" || what === "TABLES") return { is: "drop table", tables: names(cursor), temporary, ifExists };
  if (what === "INDEX") {
    const name = cursor.name();
    const table = cursor.take("ON") ? cursor.qualified() : undefined;
    return name === undefined || table === undefined ? undefined : { is: "drop index", table, name };
  }
  const objects = names(cursor);
  if (what === "DATABASE" || what === "SCHEMA") return { is: "drop database", name: objects[0]?.name ?? "" };
  const kind = objectKinds[what];
  return kind && { is: "drop object", kind, objects, ifExists };
}

const names = (cursor: Cursor): Name[] => listed(cursor.rest()).flatMap((part) => new Cursor(part).qualified() ?? []);

function readAlter(cursor: Cursor): Sql | undefined {
  cursor.take("ONLINE");
  cursor.take("IGNORE");
  if (cursor.take("TABLE")) return readAlterTable(cursor);
  if (cursor.is("USER") || cursor.is("ROLE")) return { is: "rights", verb: `ALTER ${cursor.token?.upper}` };
  const head = cursor.upTo("VIEW", "EVENT", "PROCEDURE", "FUNCTION");
  const kind = objectKinds[cursor.next()?.upper ?? ""];
  const object = cursor.qualified();
  return kind && object && { is: "create object", kind, object, orReplace: true, onlyIfMissing: false, definer: definerOf(head) };
}

/** `WITH x AS (…) UPDATE|DELETE|INSERT …` */
function readWith(cursor: Cursor): Sql | undefined {
  cursor.upTo("UPDATE", "DELETE", "INSERT", "REPLACE");
  return cursor.isAtEnd ? undefined : readTokens(cursor.rest());
}

function readSet(cursor: Cursor): Sql | undefined {
  if (cursor.take("STATEMENT")) {
    cursor.upTo("FOR");
    cursor.take("FOR");
    return readTokens(cursor.rest());
  }
  if (cursor.take("NAMES") || cursor.take("CHARACTER", "SET") || cursor.take("CHARSET"))
    return { is: "names", charset: cursor.next()?.text ?? "" };
  if (cursor.isOneOf("PASSWORD", "ROLE") || cursor.is("DEFAULT", "ROLE")) return { is: "rights", verb: `SET ${cursor.token?.upper}` };
  return { is: "set", assignments: listed(cursor.rest()).flatMap((part) => readAssignment(new Cursor(part)) ?? []) };
}

function readAssignment(cursor: Cursor): Assignment | undefined {
  const scope = cursor.takeOneOf("GLOBAL", "PERSIST", "PERSIST_ONLY", "SESSION", "LOCAL");
  const { kind, text = "" } = cursor.next() ?? {};
  const isSystem = kind === "word" || kind === "name" || text.startsWith("@@");
  const [, prefix = scope ?? "", name = ""] =
    /^@{0,2}(?:(global|persist|persist_only|session|local)\.)?[`'"]?(.*?)[`'"]?$/i.exec(text) ?? [];
  cursor.takeOneOf("=", ":=");
  const where = /^(global|persist)/i.test(prefix) ? "global" : isSystem ? "session" : "user";
  return name === "" ? undefined : { scope: where, name: name.toLowerCase(), value: cursor.rest() };
}

/** `PREPARE x FROM …`, and MariaDB's `EXECUTE IMMEDIATE …`. */
function readPrepare(cursor: Cursor, verb: "PREPARE" | "EXECUTE"): Sql | undefined {
  if (verb === "PREPARE") {
    cursor.name();
    if (!cursor.take("FROM")) return undefined;
  } else if (!cursor.take("IMMEDIATE")) return undefined;
  return { is: "prepare", text: cursor.upTo("USING") };
}
