import type { Column, Options, Sql } from "../../sql/statement";
import type { Rule } from "../rule";

export const charset: Rule = {
  id: "charset",
  class: "encoding",
  title: "uses a character set that can't hold every character",
  why: "utf8 (utf8mb3) and latin1 have no emoji and lack other characters: they become an error, or question marks. Texts of two sets can't be compared by an index.",
  instead: "Use utf8mb4, everywhere.",
  bad: [
    "CREATE TABLE made (id int NOT NULL PRIMARY KEY) ENGINE=InnoDB DEFAULT CHARSET=utf8;",
    "ALTER TABLE users ADD COLUMN a varchar(10) CHARACTER SET latin1 NULL;",
    "SET NAMES 'utf8';",
    "ALTER TABLE users COLLATE utf8_general_ci;",
  ],
  good: [
    "CREATE TABLE made (hash char(64) CHARACTER SET ascii NOT NULL) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;",
    "SET NAMES utf8mb4;",
    "INSERT IGNORE INTO lookups (code) VALUES ('DEFAULT CHARSET=utf8');",
  ],
  ofEffect: (effect) => {
    const small = setsOf(effect).find((set) => set !== undefined && isSmall(set));
    return small === undefined ? undefined : `uses ${small}`;
  },
};

/** "utf8", "utf8mb3_general_ci"; ascii and binary are chosen on purpose, for hashes and the like. */
const isSmall = (set: string): boolean => !/^(utf8mb4|ascii|binary|default|utf16|utf32|uca1400)/i.test(set) && /^[a-z]/i.test(set);

function setsOf(effect: Sql): (string | undefined)[] {
  const ofOptions = ({ CHARSET, COLLATE }: Options): (string | undefined)[] => [CHARSET, COLLATE];
  const ofColumn = (column: Column): (string | undefined)[] => [column.charset, column.collate];
  if (effect.is === "names") return [effect.charset];
  if (effect.is === "create table") return [...ofOptions(effect.options), ...effect.columns.flatMap(ofColumn)];
  if (effect.is !== "alter table") return [];
  return effect.actions.flatMap((action) => {
    if (action.does === "convert") return [action.charset, action.collate];
    if (action.does === "set options") return ofOptions(action.options);
    return action.does === "add column" || action.does === "change column" ? ofColumn(action.column) : [];
  });
}
