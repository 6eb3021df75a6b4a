import assert from "node:assert/strict";
import { type Known, lockingOf, type Locking, type Server } from "../../../components/migration/locking";
import { readStatement } from "../../../components/migration/sql/read";
import type { Column } from "../../../components/migration/sql/statement";

const mariadb: Server = { kind: "mariadb", version: "10.11.6-MariaDB-1:10.11.6+maria~deb12" };
const mysql: Server = { kind: "mysql", version: "8.0.36" };

const columns = new Map<string, Column>();
const table = readStatement(
  "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, a int NOT NULL DEFAULT 1, b int NULL, v varchar(50) NOT NULL, w varchar(100) NULL, big varchar(200), short varchar(20), wide varchar(100) CHARACTER SET utf8mb4, e enum('a','b'), x text)",
);
assert.equal(table.is, "create table");
for (const column of table.columns) columns.set(column.name, column);
const known: Known = { column: (_table, name) => columns.get(name) };

const locking = (action: string, server: Server, more: Known = {}): Locking["locking"] =>
  lockingOf(readStatement(`ALTER TABLE t ${action}`), server, { ...known, ...more }).locking;

describe("how a statement treats the table it changes", () => {
  // MariaDB 10.11.19 was asked, with ALGORITHM=INSTANT, NOCOPY, INPLACE and COPY; MySQL 8.0 as its manual has it.
  const cases: [action: string, onMariadb: Locking["locking"], onMysql: Locking["locking"]][] = [
    ["ADD COLUMN n int", "instant", "instant"],
    ["ADD COLUMN n int NOT NULL DEFAULT 5 AFTER id", "instant", "instant"],
    ["ADD COLUMN n int FIRST", "instant", "instant"],
    ["ADD COLUMN n datetime DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP", "instant", "instant"],
    ["ADD COLUMN n varchar(36) DEFAULT (uuid())", "copies the table", "copies the table"],
    ["ADD COLUMN n int AS (a + 1) VIRTUAL", "instant", "instant"],
    ["ADD COLUMN n int AS (a + 1) STORED", "copies the table", "copies the table"],
    ["ADD COLUMN n int CHECK (n > 0)", "instant", "copies the table"],
    ["ADD COLUMN n int UNIQUE", "in place", "in place"],
    ["DROP COLUMN b", "instant", "instant"],
    ["RENAME COLUMN b TO bb", "instant", "instant"],
    ["CHANGE b bb int NULL", "instant", "instant"],
    ["CHANGE b bb bigint NULL", "copies the table", "copies the table"],
    ["MODIFY b int NULL AFTER id", "instant", "in place"],
    ["MODIFY b int NOT NULL", "in place", "in place"],
    ["MODIFY a int NULL", "in place", "in place"],
    ["MODIFY a int(11) NOT NULL DEFAULT 3 COMMENT 'x'", "instant", "instant"],
    ["MODIFY v varchar(60) NOT NULL", "instant", "in place"],
    ["MODIFY v varchar(40) NOT NULL", "copies the table", "copies the table"],
    ["MODIFY v varchar(255) NOT NULL", "copies the table", "copies the table"],
    ["MODIFY big varchar(300)", "instant", "in place"],
    ["MODIFY w varchar(100) CHARACTER SET latin1", "unknown", "unknown"],
    ["MODIFY wide varchar(100) CHARACTER SET latin1", "copies the table", "copies the table"],
    ["MODIFY e enum('a','b','c')", "instant", "instant"],
    ["MODIFY e enum('b','a')", "copies the table", "copies the table"],
    ["MODIFY x mediumtext", "copies the table", "copies the table"],
    ["MODIFY unheard int", "unknown", "unknown"],
    ["ALTER COLUMN b SET DEFAULT 1", "instant", "instant"],
    ["ADD INDEX i (b)", "in place", "in place"],
    ["ADD UNIQUE i (b)", "in place", "in place"],
    ["ADD FULLTEXT i (x)", "in place", "in place"],
    ["DROP INDEX ka", "in place", "in place"],
    ["DROP PRIMARY KEY, ADD PRIMARY KEY (id, a)", "in place", "in place"],
    ["MODIFY id int NOT NULL, DROP PRIMARY KEY", "copies the table", "copies the table"],
    ["ADD CONSTRAINT fk FOREIGN KEY (b) REFERENCES p (id)", "copies the table", "copies the table"],
    ["ADD CHECK (b > 0)", "copies the table", "copies the table"],
    ["DROP CONSTRAINT ck", "instant", "instant"],
    ["COMMENT 'x', AUTO_INCREMENT=100, DEFAULT CHARSET=latin1", "instant", "instant"],
    ["ENGINE=InnoDB", "in place", "in place"],
    ["ENGINE=MyISAM", "copies the table", "copies the table"],
    ["FORCE", "in place", "in place"],
    ["ROW_FORMAT=COMPRESSED", "in place", "in place"],
    ["CONVERT TO CHARACTER SET utf8mb4", "copies the table", "copies the table"],
    ["RENAME TO t2", "instant", "instant"],
    ["ADD COLUMN n int, ADD INDEX i (b)", "in place", "in place"],
    ["ADD COLUMN n int, ALGORITHM=COPY", "copies the table", "copies the table"],
    ["CONVERT TO CHARACTER SET utf8mb4, ALGORITHM=INPLACE", "in place", "in place"],
  ];
  for (const [action, onMariadb, onMysql] of cases)
    it(`ALTER TABLE t ${action}: ${onMariadb} on MariaDB 10.11, ${onMysql} on MySQL 8.0`, () => {
      assert.equal(locking(action, mariadb), onMariadb);
      assert.equal(locking(action, mysql), onMysql);
    });

  it("depends on the server's version", () => {
    assert.equal(locking("ADD n int FIRST", { kind: "mariadb", version: "10.3.39" }), "in place");
    assert.equal(locking("ADD n int", { kind: "mariadb", version: "10.3.39" }), "instant");
    assert.equal(locking("DROP b", { kind: "mariadb", version: "10.3.39" }), "in place");
    assert.equal(locking("ADD n int FIRST", { kind: "mysql", version: "8.0.28" }), "in place");
    assert.equal(locking("DROP b", { kind: "mysql", version: "8.0.28" }), "in place");
    assert.equal(locking("ADD n int", { kind: "mysql", version: "5.7.44" }), "in place");
  });

  it("depends on whether foreign keys are checked", () => {
    assert.equal(locking("ADD FOREIGN KEY (b) REFERENCES p (id)", mariadb, { checksForeignKeys: false }), "in place");
  });

  it("says when writes wait although nothing is copied, and why", () => {
    assert.deepEqual(lockingOf(readStatement("CREATE FULLTEXT INDEX f ON t (x)"), mariadb), {
      locking: "in place",
      reason: "a fulltext index is built, and nobody writes meanwhile",
      blocksWrites: true,
    });
    assert.equal(lockingOf(readStatement("ALTER TABLE t MODIFY b bigint NULL"), mysql, known).reason, "the type changes: int -> bigint");
  });

  it("of statements that alter no table is none; of what can't be seen it is unknown", () => {
    for (const text of ["INSERT INTO t VALUES (1)", "CREATE TABLE u (id int)", "SELECT 1", "UPDATE t SET a = 1"])
      assert.equal(lockingOf(readStatement(text), mariadb).locking, "none", text);
    assert.equal(lockingOf(readStatement("CALL p()"), mariadb).locking, "unknown");
  });
});
