import type { Rule } from "../rule";

export const accounts: Rule = {
  id: "accounts",
  class: "privileges",
  title: "changes accounts or rights",
  why: "It needs rights that a migration shouldn't have, names hosts and passwords of one installation, and a restored backup doesn't undo it.",
  instead: "Keep accounts and grants in the stack's program.",
  bad: [
    "GRANT SELECT ON *.* TO 'report'@'%';",
    "CREATE USER report IDENTIFIED BY 'secret';",
    "REVOKE ALL ON x.* FROM a;",
    "SET PASSWORD = PASSWORD('x');",
    "DROP ROLE reader;",
  ],
  good: ["UPDATE users SET role = 'grant' WHERE id = 1;", "INSERT IGNORE INTO grants (name) VALUES ('GRANT ALL');"],
  ofEffect: (effect) => (effect.is === "rights" ? `changes accounts or rights: ${effect.verb}` : undefined),
};
