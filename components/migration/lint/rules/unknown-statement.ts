import { slipIn } from "../../sql/slips";
import { clientCommandIn } from "../client-commands";
import type { Rule } from "../rule";

export const unknownStatement: Rule = {
  id: "unknown-statement",
  class: "will fail",
  title: "is nothing that a server knows",
  why: "It is a slip of the pen: neither MariaDB nor MySQL reads it, and the script stops there, with everything before it done. Not every slip is seen here; the rehearsal on a copy finds the others.",
  instead: "Correct it.",
  bad: [
    "ALTER TABEL users ADD COLUMN a int NULL;",
    "INSRT INTO lookups (code) VALUES ('a');",
    "INSERT IGNORE INTO lookups (code) ('a');",
    "UPDATE users locked = 0 WHERE id = 1;",
    "DELETE users WHERE id = 1;",
    "CREATE TABLE made (id int NOT NULL, PRIMARY KEY (id);",
    "CREATE TABLE made (id int NOT NULL PRIMARY KEY,);",
    "ALTER TABLE users ADDCOLUMN a int NULL;",
    "DROP TABLES_OLD users;",
    "INSERT IGNORE INTO lookups (code) VALUES ('it's');",
    "CREATE PROCEDURE p() BEGIN SELECT 1; END;",
    "This should have been a comment;",
  ],
  good: [
    "(SELECT 1) UNION (SELECT 2);\nWITH a AS (SELECT 1 AS b) SELECT b FROM a;\nVALUES (1), (2);\nTABLE users;",
    "ANALYZE TABLE users;\nOPTIMIZE LOCAL TABLE users;\nHANDLER users OPEN;\nDO RELEASE_LOCK('a');\nHELP 'ALTER';",
    "/*!999999\\- enable the sandbox mode */\n/*!40101 SET @before = @@character_set_client */;",
    "DELIMITER //\nBEGIN NOT ATOMIC IF (SELECT 1) THEN SIGNAL SQLSTATE '45000'; END IF; END //\nDELIMITER ;",
  ],
  ofScript: ({ statements }) =>
    statements.flatMap((statement) => {
      const message = slipIn(statement.tokens);
      return message === undefined || clientCommandIn(statement.text, statement.tokens) !== undefined ? [] : [{ statement, message }];
    }),
};
