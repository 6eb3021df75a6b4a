import type { Database } from "../../database/database";
import { StatementFailed } from "../../database/errors";

/** A view that answers with an error, whoever asks. */
export interface BrokenView {
  name: string;
  /** In the server's words. */
  reason: string;
}

/** A dump stops at a view whose tables are gone; of one whose definer is gone, or lacks rights, it has a text that nobody can restore. */
export async function brokenViews({ query, schema }: Database, views: readonly string[]): Promise<BrokenView[]> {
  const broken: BrokenView[] = [];
  for (const name of views) {
    try {
      await query("SELECT 1 FROM ??.?? LIMIT 0", [schema, name]);
    } catch (error) {
      if (!(error instanceof StatementFailed) || error.connectionLost) throw error;
      broken.push({ name, reason: error.reason });
    }
  }
  return broken;
}
