import { Cursor, listed } from "./cursor";
import type { Column, Key } from "./statement";
import type { Token } from "./tokens";

/** `name type …`, as in CREATE TABLE, ADD, CHANGE and MODIFY. */
export function readColumn(definition: readonly Token[]): Column | undefined {
  const cursor = new Cursor(definition);
  const name = cursor.name();
  return name === undefined ? undefined : readDefinition(name, cursor);
}

/** What follows a column's name. */
export function readDefinition(name: string, cursor: Cursor): Column {
  const type = readType(cursor);
  const column: Column = {
    name,
    type,
    arguments: (cursor.group() ?? []).filter(({ upper }) => upper !== ",").map(({ text }) => text),
    unsigned: false,
    nullable: true,
    hasDefault: false,
    hasComputedDefault: false,
    autoIncrement: false,
    hasCheck: false,
    isPlaced: false,
  };
  while (!cursor.isAtEnd) readAttribute(column, cursor);
  if (type === "serial") Object.assign(column, { type: "bigint", unsigned: true, nullable: false, hasDefault: true, autoIncrement: true });
  if (column.key === "primary") column.nullable = false;
  return column;
}

function readType(cursor: Cursor): string {
  cursor.takeOneOf("NATIONAL", "LONG");
  const first = cursor.name()?.toLowerCase() ?? "";
  if (cursor.take("VARYING")) return first === "binary" ? "varbinary" : "varchar";
  cursor.take("PRECISION");
  return synonyms[first] ?? first;
}

const synonyms: Partial<Record<string, string>> = {
  integer: "int",
  character: "char",
  dec: "decimal",
  numeric: "decimal",
  fixed: "decimal",
  real: "double",
  bool: "tinyint",
  boolean: "tinyint",
  nvarchar: "varchar",
  nchar: "char",
};

/** One attribute, in whatever order they come. */
function readAttribute(column: Column, cursor: Cursor): void {
  const reader = attributes.find(({ words }) => cursor.take(...words));
  if (reader === undefined) {
    if (cursor.group() === undefined) cursor.next();
  } else reader.read(column, cursor);
}

type Reader = (column: Column, cursor: Cursor) => void;

const readCharset: Reader = (column, cursor) => (column.charset = cursor.name());

/** Attributes by the words that they begin with, and what they say. */
const attributes: readonly { words: string[]; read: Reader }[] = [
  { words: ["NOT", "NULL"], read: (column) => (column.nullable = false) },
  { words: ["DEFAULT"], read: readDefault },
  { words: ["UNSIGNED"], read: (column) => (column.unsigned = true) },
  { words: ["ZEROFILL"], read: (column) => (column.unsigned = true) },
  { words: ["AUTO_INCREMENT"], read: (column) => (column.autoIncrement = column.hasDefault = true) },
  { words: ["PRIMARY"], read: (column) => (column.key = "primary") },
  { words: ["UNIQUE"], read: (column) => (column.key = "unique") },
  { words: ["KEY"], read: (column) => (column.key ??= "primary") },
  { words: ["FIRST"], read: (column) => (column.isPlaced = true) },
  { words: ["AFTER"], read: (column) => (column.isPlaced = true) },
  { words: ["CHARACTER", "SET"], read: readCharset },
  { words: ["CHAR", "SET"], read: readCharset },
  { words: ["CHARSET"], read: readCharset },
  { words: ["COLLATE"], read: (column, cursor) => (column.collate = cursor.name()) },
  { words: ["AS"], read: readGenerated },
  { words: ["STORED"], read: (column) => (column.generated = "stored") },
  { words: ["PERSISTENT"], read: (column) => (column.generated = "stored") },
  { words: ["CHECK"], read: readCheck },
  { words: ["ON", "UPDATE"], read: (_column, cursor) => cursor.next() },
  { words: ["COMMENT"], read: (_column, cursor) => cursor.next() },
];

function readGenerated(column: Column, cursor: Cursor): void {
  column.generated = "virtual";
  column.hasDefault = true;
  cursor.group();
}

function readCheck(column: Column, cursor: Cursor): void {
  column.hasCheck = true;
  cursor.group();
}

function readDefault(column: Column, cursor: Cursor): void {
  column.hasDefault = true;
  if (cursor.group() !== undefined) column.hasComputedDefault = true;
  else {
    const { kind, upper } = cursor.next() ?? {};
    const isCall = cursor.group() !== undefined;
    column.hasComputedDefault =
      kind === "word" && isCall && !["CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP"].includes(upper ?? "");
    if (upper === "NULL") column.hasDefault = false;
  }
}

/** Key parts: `name`, `name`(20), `name` DESC; an expression has no name. */
export const columnsOf = (parts: readonly Token[] = []): string[] =>
  listed(parts).flatMap(([first]) => (first?.kind === "word" || first?.kind === "name" ? [first.text] : []));

/** `[CONSTRAINT [name]] PRIMARY KEY|UNIQUE|INDEX|KEY|FULLTEXT|SPATIAL|FOREIGN KEY|CHECK …`; undefined when it is no key. */
export function readKey(cursor: Cursor): Key | undefined {
  const isConstraint = cursor.take("CONSTRAINT");
  if (isConstraint) cursor.takeIfExists();
  const kinds = ["PRIMARY", "UNIQUE", "INDEX", "KEY", "FULLTEXT", "SPATIAL", "FOREIGN", "CHECK"];
  let name = isConstraint && !cursor.isOneOf(...kinds) ? cursor.name() : undefined;
  const kind = kindOf(cursor.takeOneOf(...kinds));
  if (kind === undefined) return undefined;
  if (kind === "check") return { kind, name, columns: [] };
  cursor.takeOneOf("KEY", "INDEX");
  cursor.takeIfExists();
  if (!cursor.is("(") && !cursor.is("USING")) name = cursor.name() ?? name;
  if (cursor.take("USING")) cursor.next();
  const columns = columnsOf(cursor.group());
  const references = cursor.take("REFERENCES") ? cursor.qualified() : undefined;
  return { kind, name, columns, references };
}

function kindOf(word: string | undefined): Key["kind"] | undefined {
  if (word === undefined) return undefined;
  return word === "KEY" ? "index" : (word.toLowerCase() as Key["kind"]);
}

/** Whether an element of CREATE TABLE, or what ADD adds, is a key rather than a column. */
export function isKey(cursor: Cursor): boolean {
  // Reserved words all: a column of such a name is quoted.
  return cursor.isOneOf("CONSTRAINT", "PRIMARY", "UNIQUE", "INDEX", "KEY", "FULLTEXT", "SPATIAL", "FOREIGN", "CHECK");
}
