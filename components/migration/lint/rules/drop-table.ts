import type { Rule } from "../rule";

export const dropTable: Rule = {
  id: "drop-table",
  class: "destroys data",
  breaksOldCode: true,
  title: "drops a table",
  why: "Its rows are lost, and the release that still serves users fails at every query of it. To drop it and create it anew loses the rows as well.",
  instead: "Let one release stop using it, and drop it with a later one.",
  bad: [
    "DROP TABLE IF EXISTS `cmsPreferences`, tasks;",
    "DROP TABLE IF EXISTS jobs;\nCREATE TABLE jobs (id int NOT NULL PRIMARY KEY);",
    "CREATE OR REPLACE TABLE jobs (id int NOT NULL PRIMARY KEY);",
    "SET @s = IF(1 = 1, 'DROP TABLE tasks', 'DO 0');\nPREPARE st FROM @s;",
  ],
  good: [
    "DROP TEMPORARY TABLE IF EXISTS found;",
    "CREATE TABLE copied (id int NOT NULL PRIMARY KEY);\nDROP TABLE copied;",
    "-- DROP TABLE users;\nSELECT 'DROP TABLE users';",
  ],
  ofEffect: (effect, world, statement) => {
    if (effect.is === "create table" && effect.orReplace && !effect.temporary && !world.isNewTable(effect.table))
      return `replaces ${effect.table.name}: its rows are lost if it exists`;
    if (effect.is !== "drop table" || effect.temporary) return undefined;
    const old = effect.tables.filter((table) => !world.isNewTable(table)).map(({ name }) => name);
    if (old.length === 0) return undefined;
    const isMadeAgain = world.does(
      ({ is, ...later }) => is === "create table" && "table" in later && old.includes(later.table.name),
      statement,
    );
    return `drops ${old.join(", ")}${isMadeAgain ? " and creates it anew: the rows are lost if it exists" : " with all rows"}`;
  },
};
