import { dialectOf } from "../../database/dialect";
import { coversSchema, grantsIn } from "../../database/grants";
import { named } from "../named";
import type { BinaryLog } from "./binary-log";
import type { ManifestDetails } from "./contract";

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

/** MySQL tells ALL on the whole server word by word. */
function mayDoAll(grants: readonly string[], schema: string): boolean {
  const held = heldOn(grants, schema);
  return held.includes("ALL PRIVILEGES") || allOnSchema.every((one) => held.includes(one));
}

/** What ALL PRIVILEGES on a schema is, at any server; MariaDB has some more. */
export const allOnSchema: readonly string[] = [
  "ALTER", "ALTER ROUTINE", "CREATE", "CREATE ROUTINE", "CREATE TEMPORARY TABLES", "CREATE VIEW", "DELETE", "DROP", "EVENT", "EXECUTE", "INDEX", "INSERT",
  "LOCK TABLES", "REFERENCES", "SELECT", "SHOW VIEW", "TRIGGER", "UPDATE",
]; // prettier-ignore

/** What a user may do on a server. */
export interface Powers {
  /** "10.11.19-MariaDB-0+deb12u1" */
  server: string;
  /** As `SHOW GRANTS` answers. */
  grants: string[];
  binaryLog: BinaryLog;
}

/**
 * What an administrator runs where functions or triggers could not be restored; undefined: nothing.
 * @param undeclared functions that nobody may make where there is a binary log, as in a manifest
 */
export function statementToMakeFunctions(
  { server, grants, binaryLog }: Powers,
  { objects, undeclared = [] }: Pick<ManifestDetails, "objects" | "undeclared">,
): string | undefined {
  const isAdministrator = grantsIn(grants).some(
    ({ privileges, database }) => database === "*" && privileges.some((one) => ["ALL PRIVILEGES", "SUPER"].includes(one)),
  );
  const { isOn, trustsCreators } = binaryLog;
  const needsTrust = undeclared.length > 0 || (!isAdministrator && objects.some(({ kind }) => ["function", "trigger"].includes(kind)));
  return isOn && !trustsCreators && needsTrust ? dialectOf(server).trustCreators : undefined;
}

const escaped = (schema: string): string => schema.replaceAll("_", "\\_");
const grantOn = (pattern: string, grants: readonly string[]): string => `GRANT ALL ON \`${pattern}\`.* TO ${accountOf(grants)};`;

/** Each lets the user make routines, views, triggers and events that act for somebody else (DEFINER), on MySQL for root, too. */
const actingForOthers = [["ALL PRIVILEGES"], ["SUPER"], ["SET USER"], ["SET_USER_ID", "SYSTEM_USER"], ["SET_ANY_DEFINER", "SYSTEM_USER"]];

export function mayActForOthers(grants: readonly string[]): boolean {
  const held = grantsIn(grants).flatMap(({ privileges, database }) => (database === "*" ? privileges : []));
  return actingForOthers.some((all) => all.every((one) => held.includes(one)));
}

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
