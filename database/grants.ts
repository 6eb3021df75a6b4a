import type { Database } from "./database";

/** What one line of `SHOW GRANTS` gives. */
export interface ParsedGrant {
  /** In capitals; columns stay behind theirs: "SELECT (`id`, `name`)". GRANT OPTION is one, too. */
  privileges: string[];
  /** "*", or the pattern in the line: `selfhelp\_production` */
  database: string;
  /** "*", or a table's name. */
  table: string;
}

const name = "`(?:[^`]|``)*`";
const grant = new RegExp(`^GRANT (.+?) ON (?:TABLE )?(\\*|${name})\\.(\\*|${name}) TO (.*)$`);

/** @returns null for what gives no privileges in a place: roles, proxies, routines */
export function parseGrant(line: string): ParsedGrant | null {
  const [, privileges, database, table, behind] = grant.exec(line) ?? [];
  if (privileges === undefined || database === undefined || table === undefined) return null;
  const option = / WITH GRANT OPTION$/.test(behind ?? "") ? ["GRANT OPTION"] : [];
  return { privileges: [...privileges.split(/, ?(?![^(]*\))/), ...option], database: unquoted(database), table: unquoted(table) };
}

/** Without those that give no privileges in a place. */
export const grantsIn = (lines: readonly string[]): ParsedGrant[] => lines.flatMap((line) => parseGrant(line) ?? []);

const unquoted = (word: string): string => (word.startsWith("`") ? word.slice(1, -1).replaceAll("``", "`") : word);

/** Whether a granted pattern (in which `_` and `%` stand for any text unless escaped) covers a schema. */
export function coversSchema(pattern: string, schema: string): boolean {
  const source = pattern.replace(/\\([_%\\])|[\s\S]/g, (letter: string, escaped?: string) => {
    if (escaped === undefined && letter === "_") return "[\\s\\S]";
    if (escaped === undefined && (letter === "%" || pattern === "*")) return "[\\s\\S]*";
    return (escaped ?? letter).replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  });
  return new RegExp(`^${source}$`).test(schema);
}

/** What the session's user may do, as `SHOW GRANTS` answers: a line each. */
export async function readGrants({ query }: Pick<Database, "query">): Promise<string[]> {
  const rows = await query<Record<string, string>>("SHOW GRANTS");
  return rows.flatMap((row) => Object.values(row).slice(0, 1));
}
