import type { Name } from "../../sql/statement";
import type { Rule } from "../rule";

export const renameTable: Rule = {
  id: "rename-table",
  class: "breaks the old code",
  title: "renames a table",
  why: "The release that still serves users asks for the old name.",
  instead: "Keep the name; or create the new table, write to both for a release, and drop the old one later.",
  bad: ["RENAME TABLE users TO people;", "ALTER TABLE pages RENAME TO sheets;", "CALL rename_table('pages', 'sheets');"],
  good: [
    "CREATE TABLE made (id int NOT NULL PRIMARY KEY);\nRENAME TABLE made TO final;",
    "ALTER TABLE users RENAME INDEX a TO b;",
    "CREATE TABLE made (id int NOT NULL PRIMARY KEY);\nRENAME TABLE users TO users_old, made TO users;",
  ],
  ofEffect: (effect, world) => {
    const pairs = pairsOf(effect);
    const gone = pairs.filter(({ from }) => !world.isNewTable(from) && !pairs.some(({ to }) => to.name === from.name));
    return gone.length === 0 ? undefined : gone.map(({ from, to }) => `renames ${from.name} to ${to.name}`).join(", ");
  },
};

function pairsOf(effect: Parameters<NonNullable<Rule["ofEffect"]>>[0]): { from: Name; to: Name }[] {
  if (effect.is === "rename table") return effect.pairs;
  if (effect.is !== "alter table") return [];
  return effect.actions.flatMap((action) => (action.does === "rename table" ? [{ from: effect.table, to: action.to }] : []));
}
