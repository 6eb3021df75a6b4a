import type { Name, Sql } from "../../sql/statement";
import type { Rule } from "../rule";
import type { World } from "../world";

export const addUnique: Rule = {
  id: "add-unique",
  class: "breaks the old code",
  title: "allows no duplicates in an existing table",
  why: "Duplicates that are there stop the script, and the release that still serves users may write new ones: they are refused.",
  instead: "Look for duplicates first; add the key with the release after the one that writes none.",
  bad: [
    "ALTER TABLE users ADD UNIQUE KEY u (email);",
    "CREATE UNIQUE INDEX u ON users (email);",
    "CALL add_index('users', 'u', 'email', TRUE);",
    "CALL add_unique_key('users', 'u', 'email, name');",
    "CALL add_primary_key('roles_users', 'id_roles, id_users');",
  ],
  good: [
    "CALL add_index('users', 'idx_email', 'email', FALSE);",
    "ALTER TABLE users ADD COLUMN token varchar(50) NULL, ADD UNIQUE KEY (token);",
    "CREATE TABLE made (id int NOT NULL PRIMARY KEY);\nCREATE UNIQUE INDEX u ON made (id);",
    {
      file: "40_update_v8.0.0_v8.1.0.sql",
      source: "UPDATE version SET version = 'v8.1.0';\nDROP INDEX u ON users;\nCREATE UNIQUE INDEX unique_email ON users (email);",
      earlier: "CREATE TABLE users (email varchar(100) NOT NULL, UNIQUE KEY u (email));",
    },
  ],
  ofEffect: (effect, world) => {
    const found = keysOf(effect).filter(
      ({ table, columns }) =>
        !world.isNewTable(table) && !world.keepsTo(table, { kind: "unique", columns }) && !isHarmless(effect, table, columns, world),
    );
    return found.length === 0
      ? undefined
      : found.map(({ table, columns }) => `lets ${table.name} hold each ${columns.join(", ")} only once`).join("; ");
  },
};

function keysOf(effect: Sql): { table: Name; columns: string[] }[] {
  const isUnique = (kind: string): boolean => kind === "unique" || kind === "primary";
  if (effect.is === "create index") return isUnique(effect.key.kind) ? [{ table: effect.table, columns: effect.key.columns }] : [];
  if (effect.is !== "alter table") return [];
  const { table, actions } = effect;
  return actions.flatMap((action) => {
    if (action.does === "add key" && isUnique(action.key.kind)) return [{ table, columns: action.key.columns }];
    const isKept = action.does === "add column" && action.column.key !== undefined && !action.column.autoIncrement;
    return isKept ? [{ table, columns: [action.column.name] }] : [];
  });
}

/** A column that the old code doesn't know stays NULL in its rows, and NULLs are no duplicates. */
function isHarmless(effect: Sql, table: Name, columns: readonly string[], world: World): boolean {
  const added =
    effect.is === "alter table" ? effect.actions.flatMap((action) => (action.does === "add column" ? [action.column] : [])) : [];
  return columns.some((name) => {
    const column =
      added.find((one) => one.name.toLowerCase() === name.toLowerCase()) ??
      (world.isNewColumn(table, name) ? world.column(table, name) : undefined);
    return column !== undefined && (column.autoIncrement || (column.nullable && !column.hasDefault));
  });
}
