import type { Rule } from "../rule";
import { isVersionTable } from "../version-set";

export const plainInsert: Rule = {
  id: "plain-insert",
  class: "not repeatable",
  title: "inserts rows that may be there",
  why: "Run a second time, or where somebody added the row by hand, it fails at the key, or doubles the row where there is none. Helper files run again whenever they change.",
  instead: "INSERT IGNORE, ON DUPLICATE KEY UPDATE, or SELECT … WHERE NOT EXISTS.",
  bad: [
    "INSERT INTO lookups (code) VALUES ('a');",
    "INSERT INTO rights (id_users, id_roles) SELECT u.id, r.id FROM users u, roles r;",
    "INSERT lookups SET code = 'a';",
  ],
  good: [
    "INSERT IGNORE INTO lookups (code) VALUES ('a');",
    "INSERT INTO lookups (code, text) VALUES ('a', 'b') ON DUPLICATE KEY UPDATE text = VALUES(text);",
    "INSERT INTO rights (id_users) SELECT id FROM users WHERE id NOT IN (SELECT id_users FROM rights);",
    "INSERT INTO lookups (code) SELECT 'a' FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM lookups WHERE code = 'a');",
    "CREATE TABLE made (id int NOT NULL PRIMARY KEY);\nINSERT INTO made (id) VALUES (1), (2);",
  ],
  ofEffect: (effect, world) => {
    if (effect.is !== "insert" || effect.verb === "replace" || effect.ignore || effect.onDuplicate || effect.isGuarded) return undefined;
    return isVersionTable(effect.table) || world.isNewTable(effect.table)
      ? undefined
      : `inserts into ${effect.table.name}, whatever is there`;
  },
};
