import type { Rule } from "../rule";

export const replaceInto: Rule = {
  id: "replace-into",
  class: "destroys data",
  title: "deletes rows to insert them anew",
  why: "REPLACE deletes the row that has the same key: columns that it doesn't name are lost, and so is every row that refers to it with ON DELETE CASCADE.",
  instead: "INSERT … ON DUPLICATE KEY UPDATE changes the row where it is.",
  bad: ["REPLACE INTO lookups (id, code) VALUES (1, 'a');"],
  good: [
    "INSERT INTO lookups (id, code) VALUES (1, 'a') ON DUPLICATE KEY UPDATE code = VALUES(code);",
    "UPDATE pages SET url = REPLACE(url, 'http:', 'https:') WHERE url LIKE 'http:%';",
  ],
  ofEffect: (effect, world) =>
    effect.is === "insert" && effect.verb === "replace" && !world.isNewTable(effect.table)
      ? `deletes rows of ${effect.table.name} that have the same key`
      : undefined,
};
