import { Cursor } from "./cursor";
import type { Name } from "./statement";
import { tokens } from "./tokens";

const systems = ["information_schema", "performance_schema", "sys"];

/** Words behind which a table's name comes. */
const introducing = ["JOIN", "INTO", "UPDATE", "TABLE", "TABLES", "REFERENCES", "TRUNCATE", "RENAME", "CALL", "VIEW"];

/** Tables that are named together with a database of the application's; FROM within a function (`EXTRACT(YEAR FROM u.created)`) names none. */
export function namesWithDatabase(text: string): (Name & { schema: string })[] {
  const found: (Name & { schema: string })[] = [];
  const all = tokens(text);
  const hasQuery = [true];
  for (const [index, { upper }] of all.entries()) {
    if (upper === "(") hasQuery.push(all[index + 1]?.upper === "SELECT" || all[index + 1]?.upper === "WITH");
    else if (upper === ")") hasQuery.pop();
    const isNaming = introducing.includes(upper) || (upper === "FROM" && hasQuery.at(-1) === true);
    const name = isNaming ? nameBehind(new Cursor(all.slice(index + 1, index + 8))) : undefined;
    if (name?.schema !== undefined && !systems.includes(name.schema.toLowerCase())) found.push({ ...name, schema: name.schema });
  }
  return found;
}

function nameBehind(cursor: Cursor): Name | undefined {
  while (cursor.takeOneOf("LOW_PRIORITY", "IGNORE", "TABLE", "ONLY") !== undefined);
  cursor.takeIfExists();
  return cursor.qualified();
}
