import type { Rule } from "../rule";

export const truncateTable: Rule = {
  id: "truncate-table",
  class: "destroys data",
  title: "empties a table or drops a partition",
  why: "All its rows are lost.",
  instead: "DELETE the rows that are meant, with a WHERE.",
  bad: ["TRUNCATE TABLE user_activity;", "truncate `logs`;", "ALTER TABLE logs DROP PARTITION p2019, p2020;"],
  good: ["CREATE TABLE copied (id int NOT NULL PRIMARY KEY);\nTRUNCATE copied;", "UPDATE prices SET net = TRUNCATE(net, 2) WHERE net > 0;"],
  ofEffect: (effect, world) => {
    if (effect.is === "truncate" && !world.isNewTable(effect.table)) return `empties ${effect.table.name}`;
    if (effect.is !== "alter table" || world.isNewTable(effect.table)) return undefined;
    const lost = effect.actions.find((action) => action.does === "lose partition");
    return lost === undefined
      ? undefined
      : `${lost.how === "drop" ? "drops" : "empties"} a partition of ${effect.table.name} with its rows`;
  },
};
