import { namesWithDatabase } from "../../sql/databases";
import type { Rule } from "../rule";

export const otherDatabase: Rule = {
  id: "other-database",
  class: "privileges",
  title: "names a database",
  why: "It works on the database of that name, whichever one is deployed: the rehearsal, which runs on a restored copy of another name, would change the live one.",
  instead: "Leave the database's name out.",
  bad: [
    "USE selfhelp;",
    "ALTER TABLE `selfhelp`.`users` ADD COLUMN a int NULL;",
    "INSERT IGNORE INTO pages (url) SELECT url FROM staging . pages;",
    "CREATE DATABASE archive;",
  ],
  good: [
    "DELETE l FROM lookups l JOIN users u ON u.id = l.id_users;",
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE();",
    "UPDATE users u SET u.year = EXTRACT(YEAR FROM u.created) WHERE u.year IS NULL;",
  ],
  ofEffect: (effect, _world, { text }) => {
    if (effect.is === "use") return `goes to the database ${effect.database}`;
    if (effect.is === "create database") return `creates the database ${effect.name}`;
    if (effect.is === "create object") return effect.object.schema === undefined ? undefined : `names the database ${effect.object.schema}`;
    const [named] = namesWithDatabase(text);
    return named === undefined ? undefined : `names the database ${named.schema}`;
  },
};
