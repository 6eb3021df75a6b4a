import type { Action, Name } from "../../sql/statement";
import type { Rule } from "../rule";
import type { World } from "../world";

export const notNullWithoutDefault: Rule = {
  id: "not-null-without-default",
  class: "breaks the old code",
  title: "asks for a value that the old code doesn't give",
  why: "The release that still serves users inserts rows without the column: in strict mode they are refused. Rows that hold NULL stop the script.",
  instead: "Give it a DEFAULT, or let it be NULL until the next release.",
  bad: [
    "ALTER TABLE users ADD COLUMN age int NOT NULL;",
    "CALL add_table_column('styles', 'wide', 'TINYINT(1) NOT NULL');",
    "ALTER TABLE users ALTER COLUMN locked DROP DEFAULT;",
  ],
  good: [
    "ALTER TABLE users ADD COLUMN age int NOT NULL DEFAULT 0, ADD (a int, b varchar(10) NULL);",
    "ALTER TABLE users ADD COLUMN twice int GENERATED ALWAYS AS (age * 2) VIRTUAL NOT NULL;",
    "CALL add_table_column('styles', 'wide', 'TINYINT(1) DEFAULT 0 NOT NULL');",
    "CREATE TABLE made (id int NOT NULL PRIMARY KEY);\nALTER TABLE made ADD age int NOT NULL;",
  ],
  ofEffect: (effect, world) => {
    if (effect.is !== "alter table" || world.isNewTable(effect.table)) return undefined;
    const found = effect.actions.flatMap((action) => problem(effect.table, action, world) ?? []);
    return found.length === 0 ? undefined : found.join(", ");
  },
};

function problem(table: Name, action: Action, world: World): string | undefined {
  if (action.does === "add column") {
    const { name, nullable, hasDefault } = action.column;
    return nullable || hasDefault ? undefined : `adds ${table.name}.${name} as NOT NULL without a default`;
  }
  if (action.does === "drop default") {
    return world.isNewColumn(table, action.name) ? undefined : `takes the default from ${table.name}.${action.name}`;
  }
  if (action.does !== "change column" || action.column.nullable) return undefined;
  const was = world.column(table, action.from);
  // A new name is found already.
  if (was === undefined && (action.column.hasDefault || action.from.toLowerCase() !== action.column.name.toLowerCase())) return undefined;
  if (was === undefined) return `makes ${table.name}.${action.from} NOT NULL without a default, if it wasn't before`;
  if (!was.nullable) return was.hasDefault && !action.column.hasDefault ? `takes the default from ${table.name}.${action.from}` : undefined;
  // Its script may have filled a column that it added; the old code doesn't know that column, and needs a default.
  if (world.isNewColumn(table, action.from) && action.column.hasDefault) return undefined;
  return `makes ${table.name}.${action.from} NOT NULL: rows with NULL are refused`;
}
