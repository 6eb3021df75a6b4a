import type { Rule } from "../rule";

export const dropColumn: Rule = {
  id: "drop-column",
  class: "destroys data",
  breaksOldCode: true,
  title: "drops a column",
  why: "Its values are lost, and the release that still serves users fails at every query that names it.",
  instead: "Let one release stop using it, and drop it with a later one.",
  bad: [
    "ALTER TABLE users DROP COLUMN age, DROP `size`;",
    "CALL drop_table_column('sections', 'owner');",
    "alter table users drop if exists age",
  ],
  good: [
    "ALTER TABLE users ADD COLUMN temp int NULL;\nALTER TABLE users DROP COLUMN temp;",
    "ALTER TABLE users DROP INDEX age, DROP FOREIGN KEY fk_owner;",
    "DELIMITER //\nDROP PROCEDURE IF EXISTS p //\nCREATE PROCEDURE p() BEGIN ALTER TABLE users DROP COLUMN age; END //\nDELIMITER ;",
  ],
  ofEffect: (effect, world) => {
    if (effect.is !== "alter table") return undefined;
    const old = effect.actions.flatMap((action) =>
      action.does === "drop column" && !world.isNewColumn(effect.table, action.name) ? [`${effect.table.name}.${action.name}`] : [],
    );
    return old.length === 0 ? undefined : `drops ${old.join(", ")} with all values`;
  },
};
