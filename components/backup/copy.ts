import type { CopySchema } from "./rights";

/** Of a schema that a stored backup is verified in: those of the backup step are other ones. */
export const checkEnding = "_check";

/** Room for the time in the name; MariaDB's limit for a schema's name is 64 characters. */
const longestStem = 64 - `_verify_20261123t042418z${checkEnding}`.length;

/** The schema that a backup is restored into, beside the database: "selfhelp_verify_20261123t042418z" */
export function copySchema(database: string, backup: string): CopySchema {
  const stem = database.replace(/[^A-Za-z0-9_$-]/g, "_").slice(0, longestStem);
  const prefix = `${stem}_verify_`;
  return { prefix, schema: `${prefix}${(backup.split("-")[0] ?? "").toLowerCase()}` };
}
