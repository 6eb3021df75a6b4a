import { isNarrower, typeText } from "../../sql/narrower";
import type { Column, Name } from "../../sql/statement";
import type { Rule } from "../rule";
import type { World } from "../world";

const users = "CREATE TABLE users (name varchar(100) NULL, size int NULL, kind enum('a','b') NULL);";
const file = "40_update_v8.0.0_v8.1.0.sql";
const version = "UPDATE version SET version = 'v8.1.0';\n";

export const changeType: Rule = {
  id: "change-type",
  class: "breaks the old code",
  title: "makes a column narrower, or may",
  why: "Values that are there, or that the old code still writes, are refused or cut. Where no earlier script says what the column was, nobody can tell.",
  instead:
    "Make it no narrower than it was. If it was known to be as narrow, say so in an acknowledgement; --base names a script that the tables are known from.",
  bad: [
    { file, source: `${version}ALTER TABLE users MODIFY name varchar(50) NULL;`, earlier: users },
    { file, source: `${version}ALTER TABLE users CHANGE size size tinyint NULL, MODIFY kind enum('a') NULL;`, earlier: users },
    "ALTER TABLE users MODIFY name varchar(50) NULL;",
  ],
  good: [
    { file, source: `${version}ALTER TABLE users MODIFY kind enum('a','b','c') NULL;`, earlier: users },
    "CREATE TABLE made (note varchar(10) NULL) CHARSET=utf8mb4;\nALTER TABLE made MODIFY note varchar(5) NULL;",
  ],
  ofEffect: (effect, world) => {
    if (effect.is !== "alter table") return undefined;
    const found = effect.actions.flatMap((action) =>
      action.does === "change column" && !world.isNewColumn(effect.table, action.from)
        ? (problem(effect.table, action.from, action.column, world) ?? [])
        : [],
    );
    return found.length === 0 ? undefined : found.join(", ");
  },
};

const widest = ["longtext", "longblob", "json"];

function problem(table: Name, name: string, now: Column, world: World): string | undefined {
  const was = world.column(table, name);
  // A new name is found already.
  if (was === undefined && now.name.toLowerCase() !== name.toLowerCase()) return undefined;
  if (was === undefined)
    return widest.includes(now.type) ? undefined : `makes ${table.name}.${name} ${typeText(now)}; no earlier script says what it was`;
  return isNarrower(was, now) ? `makes ${table.name}.${name} narrower: ${typeText(was)} -> ${typeText(now)}` : undefined;
}
