import { type Locking, lockingOf, type Server } from "../../locking";
import type { Sql } from "../../sql/statement";
import type { Rule } from "../rule";
import type { World } from "../world";

/** Where scripts have to run. */
const servers: readonly Server[] = [
  { kind: "mariadb", version: "10.11" },
  { kind: "mysql", version: "8.0.36" },
];

const file = "40_update_v8.0.0_v8.1.0.sql";
const version = "UPDATE version SET version = 'v8.1.0';\n";
const earlier = "CREATE TABLE users (id int NOT NULL, size int NULL, name varchar(20) NULL);";

export const copiesTable: Rule = {
  id: "copies-table",
  class: "holds locks",
  title: "rewrites a table while nobody can write to it",
  why: "The server copies the table row by row (or builds an index under a lock); until it is done, every write to it waits, and users with it.",
  instead:
    "Add a new column and fill it, in place of changing a type; add a foreign key to a new column, or with foreign_key_checks = 0 after a look for rows without a partner; else plan it for a maintenance window. The rehearsal tells how long it takes.",
  bad: [
    "ALTER TABLE pages CONVERT TO CHARACTER SET utf8mb4;",
    "ALTER TABLE users ADD COLUMN full_name varchar(300) AS (CONCAT(a, b)) STORED;",
    "ALTER TABLE users ADD FULLTEXT INDEX f (bio);",
    "ALTER TABLE users ENGINE = MyISAM;",
    { file, source: `${version}ALTER TABLE users MODIFY size bigint NULL;`, earlier },
  ],
  good: [
    "ALTER TABLE users ADD COLUMN age int NULL, ADD INDEX idx_age (age);",
    { file, source: `${version}ALTER TABLE users MODIFY name varchar(60) NULL COMMENT 'shown';`, earlier },
    "CREATE TABLE made (id int NOT NULL PRIMARY KEY);\nALTER TABLE made ADD FOREIGN KEY (id) REFERENCES users (id);",
  ],
  ofEffect: (effect, world) => {
    if (effect.is !== "alter table" && effect.is !== "create index") return undefined;
    if (world.isNewTable(effect.table)) return undefined;
    const slow = servers.flatMap((server) => {
      const locking = lockingOf(effect, server, world);
      return isSlow(locking) ? [{ server, locking }] : [];
    });
    const [first] = slow;
    if (first === undefined || isOnlyChecked(effect, world)) return undefined;
    const where = slow.length === servers.length ? "" : ` on ${first.server.kind === "mysql" ? "MySQL 8.0" : "MariaDB 10.11"}`;
    const how = first.locking.blocksWrites === true ? "blocks writes to" : "copies";
    return `${how} ${effect.table.name}${where}: ${first.locking.reason}`;
  },
};

const isSlow = ({ locking, blocksWrites }: Locking): boolean => locking === "copies the table" || blocksWrites === true;

/** Foreign keys and checks of an existing table are rules of their own, which say this, too; a second finding would add nothing. */
const isOnlyChecked = (effect: Sql, world: World): boolean =>
  effect.is === "alter table" &&
  effect.actions.every(
    (action) =>
      action.does === "add key" &&
      (action.key.kind === "check" ||
        (action.key.kind === "foreign" &&
          !action.key.columns.some((column) => world.isNewColumn(effect.table, column)) &&
          !world.keepsTo(effect.table, action.key))),
  );
