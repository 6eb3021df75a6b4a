import { dialectOf } from "../../database/dialect";
import { coversSchema, grantsIn } from "../../database/grants";

/** A right that a complete dump needs; without it the dump client leaves things out, mostly in silence. */
export interface MissingRight {
  /** What would be left out. */
  of: string;
  /** Statement that an administrator runs. */
  grant: string;
}

/** Where a copy is restored: its schema, which begins with the prefix of all copies of this database. */
export interface CopySchema {
  schema: string;
  prefix: string;
}

const routines = "procedures and functions";

/** Which right lets the dump see what; any one of a line is enough. */
const needs: { of: string; anyOf: string[]; ask: string }[] = [
  { of: "tables", anyOf: ["SELECT"], ask: "SELECT" },
  { of: "views", anyOf: ["SHOW VIEW"], ask: "SHOW VIEW" },
  { of: "triggers", anyOf: ["TRIGGER"], ask: "TRIGGER" },
  { of: "events", anyOf: ["EVENT"], ask: "EVENT" },
  {
    of: routines,
    anyOf: ["EXECUTE", "ALTER ROUTINE", "CREATE ROUTINE", "SHOW CREATE ROUTINE", "SHOW_ROUTINE"],
    ask: "EXECUTE",
  },
];

/** The statement that lets the user restore a copy beside the database; undefined when it may already. */
export const grantForCopy = (grants: readonly string[], { schema, prefix }: CopySchema): string | undefined =>
  mayDoAll(grants, schema) ? undefined : grantOn(`${escaped(prefix)}%`, grants);

/** The statement that lets the user restore into a schema; undefined when it may already. */
export const grantForSchema = (grants: readonly string[], schema: string): string | undefined =>
  mayDoAll(grants, schema) ? undefined : grantOn(escaped(schema), grants);

const mayDoAll = (grants: readonly string[], schema: string): boolean => heldOn(grants, schema).includes("ALL PRIVILEGES");
const escaped = (schema: string): string => schema.replaceAll("_", "\\_");
const grantOn = (pattern: string, grants: readonly string[]): string => `GRANT ALL ON \`${pattern}\`.* TO ${accountOf(grants)};`;

/** Any one lets the user make routines, views, triggers and events that act for somebody else (DEFINER). */
const actingForOthers = ["ALL PRIVILEGES", "SUPER", "SET USER", "SET_USER_ID", "SET_ANY_DEFINER"];

export const mayActForOthers = (grants: readonly string[]): boolean =>
  grantsIn(grants).some(({ privileges, database }) => database === "*" && privileges.some((one) => actingForOthers.includes(one)));

/** For whom routines, views, triggers and events would not act any more when this user restores them. */
export const othersActedFor = (definers: readonly string[], user: string, grants: readonly string[]): string[] =>
  mayActForOthers(grants) ? [] : definers.filter((account) => !account.startsWith(`${user}@`));

/** The statement that lets the user do so. */
export const grantToActForOthers = (grants: readonly string[], server: string): string =>
  `GRANT ${dialectOf(server).actForOthers} ON *.* TO ${accountOf(grants)};`;

/**
 * What the user lacks for a dump with nothing left out.
 * @param grants as `SHOW GRANTS` answers
 * @param unreadableRoutines whose text the server does not show to this user
 */
export function missingRights(
  grants: readonly string[],
  schema: string,
  unreadableRoutines: readonly string[],
  server: string,
): MissingRight[] {
  const account = accountOf(grants);
  const held = heldOn(grants, schema);
  const lacks = (anyOf: string[]): boolean => !held.includes("ALL PRIVILEGES") && !anyOf.some((privilege) => held.includes(privilege));
  const readsRoutines = grantsIn(grants).some(({ database, table }) => database === "mysql" && table === "proc");
  const missing = needs
    .filter(({ of, anyOf }) => lacks(anyOf) && !(readsRoutines && of === routines))
    .map(({ of, ask }) => ({ of, grant: `GRANT ${ask} ON \`${schema}\`.* TO ${account};` }));
  if (unreadableRoutines.length === 0) return missing;
  const { privileges, database, table } = dialectOf(server).readRoutines;
  const on = database === "*" ? "*.*" : `\`${database}\`.\`${table}\``;
  return [...missing, { of: `the text of ${named(unreadableRoutines)}`, grant: `GRANT ${privileges.join(", ")} ON ${on} TO ${account};` }];
}

const accountOf = (grants: readonly string[]): string =>
  grants.map((grant) => / TO ([`'].+?[`']@[`'].*?[`'])/.exec(grant)?.[1]).find((found) => found !== undefined) ?? "the database user";

const heldOn = (grants: readonly string[], schema: string): string[] =>
  grantsIn(grants)
    .filter(({ database, table }) => table === "*" && coversSchema(database, schema))
    .flatMap(({ privileges }) => privileges);

const named = (names: readonly string[]): string =>
  names.length <= 5 ? names.join(", ") : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;
