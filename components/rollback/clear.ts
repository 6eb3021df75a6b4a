import type { Database } from "../../database/database";
import { restoringTable } from "./history";

interface Named {
  kind: string;
  name: string;
}

/** Everything that a schema holds but the mark of the restore, views before what they read. */
const listObjects = `
  SELECT IF(table_type = 'VIEW', 'VIEW', 'TABLE') AS kind, table_name AS name, IF(table_type = 'VIEW', 1, 2) AS place
    FROM information_schema.tables WHERE table_schema = ? AND table_name <> '${restoringTable}'
  UNION ALL SELECT routine_type, routine_name, IF(routine_type = 'PACKAGE BODY', 3, 4) FROM information_schema.routines WHERE routine_schema = ?
  UNION ALL SELECT 'EVENT', event_name, 0 FROM information_schema.events WHERE event_schema = ?
  ORDER BY place, name`;

/** Empties a schema. What a dump would leave beside its own (newer tables, routines) goes as well. */
export async function clear({ query, schema }: Database, progress: (text: string) => void): Promise<void> {
  const objects = await query<Named>(listObjects, [schema, schema, schema]);
  await query("SET SESSION foreign_key_checks = 0");
  for (const [index, { kind, name }] of objects.entries()) {
    progress(`removing what is there: ${index + 1}/${objects.length}`);
    await query(`DROP ${kind} IF EXISTS ??.??`, [schema, name]);
  }
}
