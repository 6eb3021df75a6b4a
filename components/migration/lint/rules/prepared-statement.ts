import type { Rule } from "../rule";

export const preparedStatement: Rule = {
  id: "prepared-statement",
  class: "unreadable",
  title: "runs a text that isn't in the script",
  why: "What is put together while the script runs can't be looked at before: it may drop or lock whatever it likes.",
  instead:
    "Write the statement out; or prepare a text that stands in the script in whole, or call a helper (add_table_column, drop_index, …) whose name tells what it does.",
  bad: [
    "SET @s = CONCAT('ALTER TABLE ', @t, ' DROP COLUMN a');\nPREPARE st FROM @s;\nEXECUTE st;\nDEALLOCATE PREPARE st;",
    "EXECUTE IMMEDIATE CONCAT('DROP TABLE ', @t);",
  ],
  good: [
    "SET @s = IF((SELECT COUNT(*) FROM users) > 0, 'ALTER TABLE users ADD COLUMN a int NULL', 'SELECT 1');\nPREPARE st FROM @s;\nEXECUTE st;",
    "PREPARE st FROM 'SELECT 1';",
    "CALL drop_index('users', 'idx_name');",
  ],
  ofEffect: (effect) => (effect.is === "prepare" ? "prepares a text that can't be read here" : undefined),
};
