import type { Rule } from "../rule";

export const addCheck: Rule = {
  id: "add-check",
  class: "breaks the old code",
  title: "checks the values of an existing table",
  why: "Rows that are there and don't pass stop the script; and what the release that still serves users writes may be refused.",
  instead: "Add the check with the release after the one whose code keeps to it.",
  bad: ["ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 18);"],
  good: ["CREATE TABLE made (id int NOT NULL PRIMARY KEY, CHECK (id > 0));"],
  ofEffect: (effect, world) =>
    effect.is === "alter table" &&
    !world.isNewTable(effect.table) &&
    effect.actions.some((action) => action.does === "add key" && action.key.kind === "check")
      ? `checks the rows of ${effect.table.name}`
      : undefined,
};
