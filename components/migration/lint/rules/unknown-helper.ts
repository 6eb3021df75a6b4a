import type { Rule } from "../rule";

export const unknownHelper: Rule = {
  id: "unknown-helper",
  class: "unreadable",
  title: "calls a routine whose name says that it takes something away",
  why: "Routines called drop_…, delete_…, truncate_… or rename_… change what users and the old code rely on; what this one does can't be read.",
  instead: "Call a known helper with plain arguments, or write the statement out.",
  bad: ["CALL drop_all_old_tables();", "CALL drop_table_column(@table, 'age');"],
  good: [
    "CALL insert_lookup('a', 'b', 'c', 'd');",
    "DROP PROCEDURE IF EXISTS drop_old;\nCREATE PROCEDURE drop_old() SELECT 1;\nCALL drop_old();",
  ],
  ofEffect: (effect, world) =>
    effect.is === "call" &&
    /^(drop|delete|truncate|rename|remove|purge)_?/i.test(effect.routine.name) &&
    !world.isNewObject("procedure", effect.routine)
      ? `calls ${effect.routine.name}, which isn't known`
      : undefined,
};
