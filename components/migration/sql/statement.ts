import type { Token } from "./tokens";

/** `table`, or `database`.`table`. */
export interface Name {
  schema?: string;
  name: string;
}

export interface Column {
  name: string;
  /** In small letters, without its arguments: "varchar" */
  type: string;
  /** As written: 255; 10 and 2; an enum's words. */
  arguments: string[];
  unsigned: boolean;
  nullable: boolean;
  /** A row that doesn't name the column gets a value other than NULL: DEFAULT, AUTO_INCREMENT, or computed. */
  hasDefault: boolean;
  /** The DEFAULT is computed for each row, and isn't the current time. */
  hasComputedDefault: boolean;
  autoIncrement: boolean;
  generated?: "virtual" | "stored";
  charset?: string;
  collate?: string;
  /** A key that the definition itself makes. */
  key?: "primary" | "unique";
  hasCheck: boolean;
  isPlaced: boolean;
}

export interface Key {
  kind: "primary" | "unique" | "index" | "fulltext" | "spatial" | "foreign" | "check";
  name?: string;
  columns: string[];
  /** The table that a foreign key leads to. */
  references?: Name;
}

/** `ENGINE=InnoDB DEFAULT CHARSET=utf8mb4` as ENGINE → InnoDB, CHARSET → utf8mb4. */
export type Options = Partial<Record<string, string>>;

export type Action =
  | { does: "add column"; column: Column }
  | { does: "drop column"; name: string }
  /** CHANGE; for MODIFY `from` is the column's own name. */
  | { does: "change column"; from: string; column: Column }
  | { does: "rename column"; from: string; to: string }
  | { does: "set default" | "drop default"; name: string }
  | { does: "add key"; key: Key }
  | { does: "drop key"; kind: Key["kind"] | "constraint"; name?: string }
  | { does: "rename key"; from: string; to: string }
  | { does: "rename table"; to: Name }
  | { does: "convert"; charset: string; collate?: string }
  | { does: "set options"; options: Options }
  | { does: "lose partition"; how: "drop" | "truncate" }
  | { does: "order" | "partition" | "something else" };

export interface CreateTable {
  is: "create table";
  table: Name;
  temporary: boolean;
  orReplace: boolean;
  onlyIfMissing: boolean;
  columns: Column[];
  keys: Key[];
  options: Options;
  /** Its columns come from elsewhere: LIKE another table, or a SELECT. */
  from?: "like" | "select";
}

export interface AlterTable {
  is: "alter table";
  table: Name;
  actions: Action[];
}

export interface Insert {
  is: "insert";
  verb: "insert" | "replace";
  table: Name;
  ignore: boolean;
  onDuplicate: boolean;
  /** A SELECT that leaves out what is there already. */
  isGuarded: boolean;
  /** The first row's plain values, by column; empty for a SELECT. */
  values: Options;
}

export interface Change {
  is: "update" | "delete";
  /** Tables that rows are changed in, as far as they are named; an alias stands for its table. */
  tables: Name[];
  /** A condition, or a join that must find a partner, leaves rows out. */
  isLimited: boolean;
  /** Of an UPDATE: the columns set, with a plain value where there is one. */
  sets: { column: string; value?: string }[];
}

export interface Assignment {
  scope: "user" | "session" | "global";
  /** In small letters, without @ and @@. */
  name: string;
  value: Token[];
}

export type ObjectKind = "view" | "procedure" | "function" | "trigger" | "event" | "sequence";

/** What a statement is; as much of it as the rules ask for. */
export type Sql =
  | CreateTable
  | AlterTable
  | { is: "drop table"; tables: Name[]; temporary: boolean; ifExists: boolean }
  | { is: "rename table"; pairs: { from: Name; to: Name }[] }
  | { is: "create index"; table: Name; key: Key; options: Options }
  | { is: "drop index"; table: Name; name: string }
  | Insert
  | Change
  | { is: "truncate"; table: Name }
  | { is: "call"; routine: Name; arguments: (string | undefined)[] }
  | { is: "create object"; kind: ObjectKind; object: Name; orReplace: boolean; onlyIfMissing: boolean; definer?: string }
  | { is: "drop object"; kind: ObjectKind; objects: Name[]; ifExists: boolean }
  | { is: "create database" | "drop database"; name: string }
  | { is: "rights"; verb: string }
  | { is: "set"; assignments: Assignment[] }
  | { is: "names"; charset: string }
  | { is: "use"; database: string }
  /** Of EXECUTE IMMEDIATE, too; EXECUTE itself runs what was prepared before. */
  | { is: "prepare"; text: Token[] }
  /** It runs, but what it is can't be told before. */
  | { is: "unseen" }
  | { is: "other"; first: string; tokens: readonly Token[] };
