import { isDeepStrictEqual } from "node:util";
import type { Context } from "../../provider/handler";
import type { Target } from "../migration/contract";
import { readLiveDatabase } from "../migration/live";
import { restoreDatabase, type Wanted } from "./restore";

/**
 * Restores the backup of this run when the database has changed since. @returns what is true now
 * @param before what was read when the backup was made
 * @throws RestoreFailed
 */
export async function takeBack(backup: Wanted, before: Target, context: Context): Promise<string> {
  const now = await readLiveDatabase(before, context);
  if (now.version === before.version && isDeepStrictEqual(now.scripts, before.scripts)) return "The database was not changed.";
  await restoreDatabase(backup, context);
  return `The database is at ${backup.manifest.databaseVersion} again, restored from the backup ${backup.manifest.id}.`;
}
