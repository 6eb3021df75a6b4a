import { databasesIn } from "../../sql/databases";
import type { Effect } from "../effect";
import type { Rule } from "../rule";

export const otherDatabase: Rule = {
  id: "other-database",
  class: "privileges",
  title: "names a database",
  why: "It works on the database of that name, whichever one is deployed: the rehearsal, which runs on a restored copy of another name, would change the live one. That holds for the application's own database, too: its name is another one in each environment.",
  instead: "Leave the database's name out.",
  bad: [
    "USE selfhelp;",
    "ALTER TABLE `selfhelp`.`users` ADD COLUMN a int NULL;",
    "INSERT IGNORE INTO pages (url) SELECT p.url FROM links l, staging . pages p;",
    "CREATE DATABASE archive;",
    "ALTER DATABASE `selfhelp` CHARACTER SET utf8mb4;",
    "RENAME TABLE a TO other.a;",
    "ALTER TABLE a RENAME other.a;",
    "CREATE VIEW v AS SELECT t.id FROM other.t;",
    "CREATE TABLE made SELECT id FROM other.t;",
    "INSERT IGNORE INTO other.t (id) VALUES (1);",
    "CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW INSERT INTO other.log (id) VALUES (NEW.id);",
    "CREATE TABLE made (id int NOT NULL PRIMARY KEY, FOREIGN KEY (id) REFERENCES other.t (id));",
    "CALL other.refresh();",
    "SET @s = CONCAT('DELETE FROM other.', 'users WHERE id = 1');\nPREPARE st FROM @s;",
  ],
  good: [
    "DELETE l FROM lookups l JOIN users u ON u.id = l.id_users;",
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE();",
    "UPDATE users u SET u.year = EXTRACT(YEAR FROM u.created) WHERE u.year IS NULL;",
    "INSERT INTO hits (url, seen) SELECT p.url, p.seen FROM pages p ON DUPLICATE KEY UPDATE hits.url = p.url, hits.seen = p.seen;",
    "ALTER DATABASE CHARACTER SET utf8mb4;",
  ],
  ofEffect: (effect, _world, { sql, tokens }) => {
    if (effect.is === "use") return `goes to the database ${effect.database}`;
    if (effect.is === "create database") return `creates the database ${effect.name}`;
    if (effect.is === "rights") return undefined;
    // What a procedure's body names was found where it is made.
    const texts = new Set(sql.is === "call" ? [tokens] : [tokens, effect.tokens]);
    const named = alteredBy(effect) ?? [...texts].flatMap(databasesIn)[0];
    return named === undefined ? undefined : `names the database ${named}`;
  },
};

/** ALTER DATABASE, where it says which one. */
function alteredBy({ tokens }: Effect): string | undefined {
  const [verb, what, name] = tokens;
  if (verb?.upper !== "ALTER" || (what?.upper !== "DATABASE" && what?.upper !== "SCHEMA")) return undefined;
  return name?.kind === "name" || !/^(DEFAULT|CHARACTER|CHAR|CHARSET|COLLATE|COMMENT|ENCRYPTION|READ|SET)$/.test(name?.upper ?? "SET")
    ? name?.text
    : undefined;
}
