import type { Database } from "../../database/database";
import type { BackupManifest } from "../backup/contract";

/** Counts the live rows of the tables that a backup holds; those that aren't there any more are left out. Null: it could not be counted. */
export async function countRows({ query, schema }: Database, { tables }: BackupManifest): Promise<Map<string, number | null>> {
  const there = await query<{ name: string }>("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?", [schema]);
  const counts = new Map<string, number | null>();
  for (const { name } of there.filter((table) => tables.includes(table.name))) {
    // One that is too big to be counted in time, or broken, is no reason to keep anybody from going back.
    const [row] = await query<{ count: number | bigint }>("SELECT COUNT(*) AS count FROM ??.??", [schema, name]).catch(() => []);
    counts.set(name, row === undefined ? null : Number(row.count));
  }
  return counts;
}
