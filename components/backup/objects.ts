import { restoringTable } from "../rollback/history";
import type { SchemaObject } from "./contract";

/** Stands in a schema while an archive is restored into it; whoever finds it knows that the rest is only half of something. */
export const markerTable = "selfhelp_restoring";

/** kind, name, definer (null: acts for nobody) of all objects of the selected schema but the marks of a restore. */
export const selectObjects = `SELECT CASE table_type WHEN 'SEQUENCE' THEN 'sequence' ELSE 'table' END AS kind, table_name AS name, NULL AS definer
  FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE') AND table_name NOT IN ('${markerTable}', '${restoringTable}')
UNION ALL SELECT 'view', table_name, definer FROM information_schema.views WHERE table_schema = DATABASE()
UNION ALL SELECT LOWER(routine_type), routine_name, definer FROM information_schema.routines WHERE routine_schema = DATABASE()
UNION ALL SELECT 'trigger', trigger_name, definer FROM information_schema.triggers WHERE trigger_schema = DATABASE()
UNION ALL SELECT 'event', event_name, definer FROM information_schema.events WHERE event_schema = DATABASE()`;

/** The same as JSON, one object a line, without tables. */
export const selectObjectsAsJson = `SELECT JSON_OBJECT('kind', kind, 'name', name) FROM (${selectObjects}) AS objects WHERE kind <> 'table' ORDER BY kind, name;`;

/** A statement for each table that counts its rows, as JSON in the form of `SchemaObject`. */
export const selectCounts = `SELECT CONCAT('SELECT JSON_OBJECT(''kind'', ''table'', ''name'', ', QUOTE(name), ', ''rows'', COUNT(*)) FROM \`', REPLACE(name, '\`', '\`\`'), '\`;')
FROM (${selectObjects}) AS objects WHERE kind = 'table' ORDER BY name;`;

/** What is otherwise in a restored schema than it should be, in words. Rows count where both tell them. */
export function objectDifferences(expected: readonly SchemaObject[], found: readonly SchemaObject[]): string[] {
  const expectedRows = byTitle(expected);
  const foundRows = byTitle(found);
  return [...new Set([...expectedRows.keys(), ...foundRows.keys()])].sort().flatMap((title) => {
    if (!foundRows.has(title)) return [`${title} is missing`];
    if (!expectedRows.has(title)) return [`${title} should not be there`];
    const [wanted, has] = [expectedRows.get(title), foundRows.get(title)];
    return wanted === undefined || has === undefined || wanted === has ? [] : [`${title} has ${has} rows, not ${wanted}`];
  });
}

const byTitle = (objects: readonly SchemaObject[]): Map<string, number | undefined> =>
  new Map(objects.map(({ kind, name, rows }) => [`${kind} ${name}`, rows]));

/** "3 tables with 120 rows, 1 view, 2 procedures" */
export function objectsText(objects: readonly SchemaObject[]): string {
  const kinds = [...new Set(objects.map(({ kind }) => kind))].sort((one, other) => order(one) - order(other));
  const texts = kinds.map((kind) => {
    const these = objects.filter((object) => object.kind === kind);
    const text = `${these.length} ${kind}${these.length === 1 ? "" : "s"}`;
    const rows = these.every((object) => object.rows !== undefined)
      ? these.reduce((sum, object) => sum + (object.rows ?? 0), 0)
      : undefined;
    return rows === undefined ? text : `${text} with ${rows} ${rows === 1 ? "row" : "rows"}`;
  });
  return texts.join(", ") || "nothing";
}

/** Tables first, the rest as it comes. */
const order = (kind: string): number => (kind === "table" ? 0 : 1);
