import type { Dialect } from "../../database/dialect";
import type { Action, Column, Name, Sql } from "./sql/statement";
import { columnLocking, newColumnLocking } from "./locking-columns";
import { compareVersions } from "./version";

/** How a statement treats the table that it changes, and those who want to write to it meanwhile. */
export interface Locking {
  /**
   * none: no existing table is altered; instant: its definition alone; in place: the server works through the rows while others write;
   * copies the table: row by row, and nobody writes meanwhile.
   */
  locking: "none" | "instant" | "in place" | "copies the table" | "unknown";
  reason: string;
  /** In place, and yet nobody writes meanwhile. */
  blocksWrites?: true;
}

export interface Server {
  kind: Dialect["kind"];
  /** "10.11.6-MariaDB", "8.0.36" */
  version: string;
}

/** What is known beside the statement; without it some answers are "unknown". */
export interface Known {
  column?(table: Name, column: string): Column | undefined;
  /** foreign_key_checks of the session; true if not said. */
  checksForeignKeys?: boolean;
}

/**
 * The server's way for a statement on an InnoDB table: the worst of its actions. After the documentation of online DDL of MariaDB 10.3 to 10.11 and
 * of MySQL 8.0; what it says of MariaDB 10.11 was tried with ALGORITHM=INSTANT, INPLACE and COPY.
 */
export function lockingOf(statement: Sql, server: Server, known: Known = {}): Locking {
  if (statement.is === "alter table") return alterLocking(statement.table, statement.actions, server, known);
  if (statement.is === "create index") {
    return statement.options["ALGORITHM"]?.toUpperCase() === "COPY" ? copies("ALGORITHM=COPY") : keyLocking(statement.key.kind, known);
  }
  if (statement.is === "drop index") return inPlace("an index is taken out");
  if (statement.is === "call" || statement.is === "prepare" || statement.is === "unseen")
    return { locking: "unknown", reason: "what it runs can't be seen" };
  const isDefinition = statement.is === "truncate" || statement.is === "rename table" || statement.is === "drop table";
  return isDefinition ? instant("the definition alone") : { locking: "none", reason: "no existing table is altered" };
}

const order: readonly Locking["locking"][] = ["none", "instant", "in place", "unknown", "copies the table"];

function alterLocking(table: Name, actions: readonly Action[], server: Server, known: Known): Locking {
  const algorithm = actions
    .flatMap((action) => (action.does === "set options" ? (action.options["ALGORITHM"] ?? []) : []))[0]
    ?.toUpperCase();
  if (algorithm === "COPY") return copies("ALGORITHM=COPY");
  if (algorithm === "INSTANT") return instant("ALGORITHM=INSTANT: or the server refuses it");
  if (algorithm === "INPLACE" || algorithm === "NOCOPY") return inPlace(`ALGORITHM=${algorithm}: or the server refuses it`);
  const losesKey = actions.some((action) => action.does === "drop key" && action.kind === "primary");
  const addsKey = actions.some((action) => action.does === "add key" && action.key.kind === "primary");
  if (losesKey && !addsKey) return copies("without its primary key the table is written anew");
  const each = actions.map((action) => actionLocking(action, table, server, known));
  return each.reduce(worse, instant("the definition alone"));
}

function worse(one: Locking, other: Locking): Locking {
  const difference = order.indexOf(other.locking) - order.indexOf(one.locking);
  return difference > 0 || (difference === 0 && other.blocksWrites === true) ? other : one;
}

function actionLocking(action: Action, table: Name, server: Server, known: Known): Locking {
  switch (action.does) {
    case "add column":
      return newColumnLocking(action.column, server);
    case "change column":
      return columnLocking(known.column?.(table, action.from), action.column, server);
    case "drop column":
      return isAtLeast(server, { mariadb: "10.4", mysql: "8.0.29" })
        ? instant("a column is dropped")
        : inPlace("the table is built anew without the column");
    case "rename column":
      return isAtLeast(server, { mariadb: "10.3", mysql: "8.0.28" }) ? instant("a column's name") : inPlace("a column's name");
    case "add key":
      return keyLocking(action.key.kind, known);
    case "drop key":
      return action.kind === "check" || action.kind === "constraint" ? instant("a constraint is dropped") : inPlace("a key is taken out");
    case "convert":
      return copies("every text is converted");
    case "order":
    case "partition":
      return copies("every row is moved");
    case "set options":
      return optionsLocking(action.options, server);
    case "something else":
      return { locking: "unknown", reason: "an action that isn't known" };
    case "set default":
    case "drop default":
    case "rename key":
    case "rename table":
    case "lose partition":
      return instant("the definition alone");
  }
}

type KeyKind = Extract<Action, { does: "add key" }>["key"]["kind"];

function keyLocking(kind: KeyKind, { checksForeignKeys = true }: Known): Locking {
  if (kind === "foreign") {
    return checksForeignKeys
      ? copies("a foreign key is checked for every row")
      : inPlace("a foreign key that isn't checked (foreign_key_checks = 0)");
  }
  if (kind === "check") return copies("a check is tried on every row");
  if (kind === "primary") return inPlace("the table is built anew in the order of its primary key");
  if (kind === "fulltext" || kind === "spatial")
    return { ...inPlace(`a ${kind} index is built, and nobody writes meanwhile`), blocksWrites: true };
  return inPlace("an index is built");
}

function optionsLocking(options: Extract<Action, { does: "set options" }>["options"], server: Server): Locking {
  const engine = options["ENGINE"] ?? options["TYPE"];
  if (engine !== undefined && engine.toLowerCase() !== "innodb") return copies(`the rows move to ${engine}`);
  const rebuilding = ["ENGINE", "FORCE", "ROW_FORMAT", "KEY_BLOCK_SIZE", "TABLESPACE"].find((name) => options[name] !== undefined);
  if (rebuilding !== undefined) return inPlace("the table is built anew");
  if (options["ENCRYPTION"] !== undefined && server.kind === "mysql") return copies("every page is encrypted anew");
  return instant("the definition alone");
}

export const instant = (reason: string): Locking => ({ locking: "instant", reason });
export const inPlace = (reason: string): Locking => ({ locking: "in place", reason });
export const copies = (reason: string): Locking => ({ locking: "copies the table", reason });

export const isAtLeast = ({ kind, version }: Server, since: Record<Server["kind"], string>): boolean =>
  compareVersions(/^[\d.]*\d/.exec(version)?.[0] ?? "0", since[kind]) >= 0;
