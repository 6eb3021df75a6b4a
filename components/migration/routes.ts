import { type Condition, holds, type Row, Unclear, type Value } from "./routes/clauses";
import type { Insert, OnExisting } from "./routes/insert";
import { readRouteStatement, type RouteStatement } from "./routes/statement";
import type { Script } from "./script";

/** A statement that may do something to the routes, nobody can tell what. */
export interface UnclearStatement {
  file: string;
  line: number;
  /** Its first line. */
  statement: string;
  reason: string;
}

/** The rows of `api_routes` after some scripts, as far as their statements say. */
export interface Routes {
  rows: Row[];
  unclear: (UnclearStatement & { unknown?: UnknownRoute })[];
}

/** Follows every statement on `api_routes`, script by script. */
export function routesAfter(scripts: readonly Script[]): Routes {
  const routes: Routes = { rows: [], unclear: [] };
  for (const { file, parts } of scripts)
    for (const { text, line } of parts) {
      try {
        follow(routes, readRouteStatement(text));
      } catch (error) {
        if (!(error instanceof Unclear)) throw error;
        const statement = text.split("\n")[0]?.trim() ?? "";
        const unknown = error instanceof UnknownRoute ? error : undefined;
        routes.unclear.push({ file, line, statement, reason: error.message, unknown });
      }
    }
  return routes;
}

/** An UPDATE or DELETE of a route that no statement before it made: one of the base's, or none. */
export class UnknownRoute extends Unclear {
  constructor(
    readonly change: "update" | "delete",
    readonly routes: readonly string[],
  ) {
    super("no statement before it defines such a route");
  }
}

function follow(routes: Routes, statement: RouteStatement | undefined): void {
  if (statement === undefined) return;
  if (statement.do === "insert") {
    addRows(routes, statement);
    return;
  }
  const { where } = statement;
  const isMeant = routes.rows.map((row) => where.every((condition) => holds(condition, row)));
  if (where.length > 0 && !isMeant.includes(true)) throw new UnknownRoute(statement.do, namesIn(where));
  if (statement.do === "delete") routes.rows = routes.rows.filter((_, index) => isMeant[index] !== true);
  else routes.rows = routes.rows.map((row, index) => (isMeant[index] === true ? identified(new Map([...row, ...statement.set])) : row));
}

/** The rows that can be read are there even if one of them can't. */
function addRows(routes: Routes, { rows, onExisting }: Insert): void {
  const problems = rows.flatMap((row) => {
    try {
      routes.rows = withRow(routes.rows, identified(row), onExisting);
      return [];
    } catch (error) {
      return [error];
    }
  });
  if (problems.length > 0) throw problems[0];
}

const namesIn = (where: readonly Condition[]): readonly string[] =>
  where.find(({ column, isPattern }) => column === "route_name" && !isPattern)?.values ?? [];

/** A row with its version, which is v1 where none is given. @throws Unclear when it doesn't say what it answers */
function identified(row: Row): Row {
  const whole = new Map(row).set("version", row.has("version") ? row.get("version") : "v1");
  const missing = ["route_name", "version", "path", "methods"].find((column) => whole.get(column) === undefined);
  if (missing !== undefined) throw new Unclear(`its \`${missing}\` is no plain text`);
  return whole;
}

function withRow(rows: readonly Row[], added: Row, onExisting: OnExisting): Row[] {
  const existing = rows.find((row) => sameKey(row, added));
  if (existing === undefined) return [...rows, added];
  if (onExisting === "keep") return [...rows];
  const replacement = onExisting === "overwrite" ? added : identified(changed(existing, onExisting, added));
  return rows.map((row) => (row === existing ? replacement : row));
}

const changed = (row: Row, changes: ReadonlyMap<string, (added: Row) => Value>, added: Row): Row =>
  new Map([...row, ...[...changes].map(([column, value]): [string, Value] => [column, value(added)])]);

export const textOf = (row: Row, column: string): string => row.get(column) ?? "";
export const keyOf = (row: Row): string => `${textOf(row, "route_name")} ${textOf(row, "version")}`.toLowerCase();
const sameKey = (one: Row, other: Row): boolean => keyOf(one) === keyOf(other);
