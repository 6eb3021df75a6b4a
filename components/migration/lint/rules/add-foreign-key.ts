import type { Rule } from "../rule";

export const addForeignKey: Rule = {
  id: "add-foreign-key",
  class: "breaks the old code",
  title: "binds an existing table to another one",
  why: "Rows without a partner stop the script; and the release that still serves users may write or delete rows in an order that is refused from now on.",
  instead: "Look for rows without a partner first; add the key with the release after the one that writes none.",
  bad: [
    "ALTER TABLE users ADD CONSTRAINT fk FOREIGN KEY (id_roles) REFERENCES roles (id);",
    "CALL add_foreign_key('sections', 'fk_owner', 'id_users', '`users` (`id`)');",
  ],
  good: [
    "CREATE TABLE made (id int NOT NULL PRIMARY KEY, id_users int NOT NULL, FOREIGN KEY (id_users) REFERENCES users (id));",
    "SET FOREIGN_KEY_CHECKS = 0;\nALTER TABLE users ADD COLUMN id_roles int NULL;\nALTER TABLE users ADD FOREIGN KEY (id_roles) REFERENCES roles (id);\nSET FOREIGN_KEY_CHECKS = 1;",
  ],
  ofEffect: (effect, world) => {
    if (effect.is !== "alter table" || world.isNewTable(effect.table)) return undefined;
    const added = effect.actions.flatMap((action) => (action.does === "add column" ? [action.column.name.toLowerCase()] : []));
    const isNew = (column: string): boolean => added.includes(column.toLowerCase()) || world.isNewColumn(effect.table, column);
    const found = effect.actions.flatMap((action) =>
      action.does === "add key" &&
      action.key.kind === "foreign" &&
      !action.key.columns.some(isNew) &&
      !world.keepsTo(effect.table, action.key)
        ? [action.key]
        : [],
    );
    if (found.length === 0) return undefined;
    return found
      .map(({ columns, references }) => `binds ${effect.table.name}.${columns.join(", ")} to ${references?.name ?? "another table"}`)
      .join("; ");
  },
};
