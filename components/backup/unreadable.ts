import type { Database } from "../../database/database";
import { StatementFailed } from "../../database/errors";

/** A table or view that answers with an error, whoever asks. */
export interface Unreadable {
  name: string;
  /** In the server's words. */
  reason: string;
}

/** Somebody holds one of its tables: the dump waits for that, and can be cancelled meanwhile. */
const lockWaitTimeout = 1205;

/**
 * A dump stops at a table whose file is gone or damaged, and at a view whose tables are gone; of a view whose definer is gone, or lacks rights, it has a text
 * that nobody can restore. No row is read: a table that is damaged in the middle is found by the dump alone.
 */
export async function unreadable(database: Database, names: readonly string[]): Promise<Unreadable[]> {
  const { query } = database;
  await query("SET SESSION lock_wait_timeout = 1");
  try {
    const found: Unreadable[] = [];
    for (const name of names) {
      const reason = await whyUnreadable(database, name);
      if (reason !== undefined) found.push({ name, reason });
    }
    return found;
  } finally {
    await query("SET SESSION lock_wait_timeout = @@GLOBAL.lock_wait_timeout");
  }
}

async function whyUnreadable({ query, schema }: Database, name: string): Promise<string | undefined> {
  try {
    await query("SELECT 1 FROM ??.?? LIMIT 0", [schema, name]);
    return undefined;
  } catch (error) {
    if (!(error instanceof StatementFailed) || error.connectionLost) throw error;
    return error.errno === lockWaitTimeout ? undefined : error.reason;
  }
}
