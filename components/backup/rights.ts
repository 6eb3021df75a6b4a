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

interface Grant {
  privileges: string[];
  /** "*.*", "`selfhelp`.*", "`mysql`.`proc`" */
  on: string;
}

/** Which right lets the dump see what; any one of a line is enough. */
const needs: { of: string; anyOf: string[]; ask: string }[] = [
  { of: "tables", anyOf: ["SELECT"], ask: "SELECT" },
  { of: "views", anyOf: ["SHOW VIEW"], ask: "SHOW VIEW" },
  { of: "triggers", anyOf: ["TRIGGER"], ask: "TRIGGER" },
  { of: "events", anyOf: ["EVENT"], ask: "EVENT" },
  {
    of: "procedures and functions",
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
  grants.flatMap(parseGrant).some(({ privileges, on }) => on === "*.*" && privileges.some((one) => actingForOthers.includes(one)));

/** The statement that lets the user do so. */
export const grantToActForOthers = (grants: readonly string[], server: string): string =>
  `GRANT ${/mariadb/i.test(server) ? "SET USER" : "SET_USER_ID"} ON *.* TO ${accountOf(grants)};`;

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
  const missing = needs
    .filter(({ anyOf }) => lacks(anyOf))
    .map(({ of, ask }) => ({ of, grant: `GRANT ${ask} ON \`${schema}\`.* TO ${account};` }));
  if (unreadableRoutines.length === 0) return missing;
  const readRoutines = /mariadb/i.test(server) ? "SELECT ON `mysql`.`proc`" : "SHOW_ROUTINE ON *.*";
  return [...missing, { of: `the text of ${named(unreadableRoutines)}`, grant: `GRANT ${readRoutines} TO ${account};` }];
}

const accountOf = (grants: readonly string[]): string =>
  grants.map((grant) => / TO ([`'].+?[`']@[`'].*?[`'])/.exec(grant)?.[1]).find((found) => found !== undefined) ?? "the database user";

const heldOn = (grants: readonly string[], schema: string): string[] =>
  grants
    .flatMap(parseGrant)
    .filter(({ on }) => covers(on, schema))
    .flatMap(({ privileges }) => privileges);

function parseGrant(line: string): Grant[] {
  const found = /^GRANT (.+?) ON (\*\.\*|`(?:[^`]|``)*`\.\*) TO /.exec(line);
  return found === null ? [] : [{ privileges: (found[1] ?? "").split(", "), on: found[2] ?? "" }];
}

/** `_` and `%` in a granted schema's name are wildcards unless escaped. */
function covers(on: string, schema: string): boolean {
  if (on === "*.*") return true;
  const pattern = on.slice(1, -3).replaceAll("``", "`");
  const source = pattern.replace(/\\([_%\\])|[\s\S]/g, (letter: string, escaped?: string) => {
    if (escaped === undefined && letter === "_") return "[\\s\\S]";
    if (escaped === undefined && letter === "%") return "[\\s\\S]*";
    return (escaped ?? letter).replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  });
  return new RegExp(`^${source}$`).test(schema);
}

const named = (names: readonly string[]): string =>
  names.length <= 5 ? names.join(", ") : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;
