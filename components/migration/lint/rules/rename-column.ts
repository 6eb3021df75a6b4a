import type { Rule } from "../rule";

export const renameColumn: Rule = {
  id: "rename-column",
  class: "breaks the old code",
  title: "renames a column",
  why: "The release that still serves users asks for the old name.",
  instead: "Add a column of the new name, fill it, write to both for a release, and drop the old one later.",
  bad: [
    "ALTER TABLE users CHANGE `username` `login` varchar(100) NOT NULL;",
    "ALTER TABLE users RENAME COLUMN a TO b;",
    "CALL rename_table_column('users', 'a', 'b', '');",
  ],
  good: [
    {
      file: "40_update_v8.0.0_v8.1.0.sql",
      source: "UPDATE version SET version = 'v8.1.0';\nALTER TABLE users CHANGE name name varchar(100) NULL;",
      earlier: "CREATE TABLE users (name varchar(100));",
    },
    "CALL rename_table_column('pages', 'created', 'created', '(DC2Type:datetime_immutable)');",
  ],
  ofEffect: (effect, world) => {
    if (effect.is !== "alter table") return undefined;
    const renamed = effect.actions.flatMap((action) => {
      const to = action.does === "rename column" ? action.to : action.does === "change column" ? action.column.name : undefined;
      if (to === undefined || !("from" in action) || to.toLowerCase() === action.from.toLowerCase()) return [];
      return world.isNewColumn(effect.table, action.from) ? [] : [`renames ${effect.table.name}.${action.from} to ${to}`];
    });
    return renamed.length === 0 ? undefined : renamed.join(", ");
  },
};
