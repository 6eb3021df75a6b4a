import type { Database } from "../../database/database";
import { StatementFailed } from "../../database/errors";

/** A view that answers with an error, whoever asks. */
export interface BrokenView {
  name: string;
  /** In the server's words. */
  reason: string;
}

/** Somebody holds one of its tables: the dump waits for that, and can be cancelled meanwhile. */
const lockWaitTimeout = 1205;

/** A dump stops at a view whose tables are gone; of one whose definer is gone, or lacks rights, it has a text that nobody can restore. */
export async function brokenViews(database: Database, views: readonly string[]): Promise<BrokenView[]> {
  const { query } = database;
  await query("SET SESSION lock_wait_timeout = 1");
  try {
    const broken: BrokenView[] = [];
    for (const name of views) {
      const reason = await whyBroken(database, name);
      if (reason !== undefined) broken.push({ name, reason });
    }
    return broken;
  } finally {
    await query("SET SESSION lock_wait_timeout = @@GLOBAL.lock_wait_timeout");
  }
}

async function whyBroken({ query, schema }: Database, view: string): Promise<string | undefined> {
  try {
    await query("SELECT 1 FROM ??.?? LIMIT 0", [schema, view]);
    return undefined;
  } catch (error) {
    if (!(error instanceof StatementFailed) || error.connectionLost) throw error;
    return error.errno === lockWaitTimeout ? undefined : error.reason;
  }
}
