import { isVersionTable } from "../version-set";
import type { Rule } from "../rule";

export const updateWithoutWhere: Rule = {
  id: "update-without-where",
  class: "destroys data",
  title: "overwrites every row",
  why: "What the columns held before is lost in all rows.",
  instead: "Add a WHERE that names the rows; or fill a column that the script adds itself.",
  bad: [
    "UPDATE users SET locked = 0;",
    "UPDATE users u LEFT JOIN roles r ON r.id = u.id_roles SET u.title = r.name;",
    "UPDATE pages SET parent = NULL WHERE TRUE;",
  ],
  good: [
    "UPDATE users SET locked = 0 WHERE locked IS NULL;",
    "UPDATE users u JOIN roles r ON r.id = u.id_roles SET u.title = r.name;",
    "ALTER TABLE users ADD COLUMN login varchar(100) NULL;\nUPDATE users SET login = email;",
  ],
  ofEffect: (effect, world) => {
    if (effect.is !== "update" || effect.isLimited || effect.tables.every(isVersionTable)) return undefined;
    const old = effect.tables.filter((table) => !world.isNewTable(table));
    const isFilling = effect.sets.every(({ column }) => effect.tables.some((table) => world.isNewColumn(table, column)));
    const columns = effect.sets.map(({ column }) => column).join(", ");
    return old.length === 0 || isFilling ? undefined : `overwrites ${columns} in every row of ${old.map(({ name }) => name).join(", ")}`;
  },
};
