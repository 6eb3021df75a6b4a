import type { Rule } from "../rule";

const watched = ["foreign_key_checks", "unique_checks", "sql_mode", "autocommit", "sql_safe_updates", "sql_log_bin"];

export const settingLeft: Rule = {
  id: "setting-left",
  class: "session",
  title: "leaves a setting changed",
  why: "What runs later in the session runs with it: with foreign_key_checks = 0 rows without a partner get in and nobody notices, with autocommit = 0 nothing is kept.",
  instead: "Set it back at the end of the script.",
  bad: ["SET FOREIGN_KEY_CHECKS = 0;\nDELETE FROM roles WHERE id = 1;", "SET @OLD_MODE = @@sql_mode, SQL_MODE = '';"],
  good: [
    "SET FOREIGN_KEY_CHECKS = 0;\nDELETE FROM roles WHERE id = 1;\nSET FOREIGN_KEY_CHECKS = 1;",
    "/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;\n/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;",
    "SET FOREIGN_KEY_CHECKS = 1;",
  ],
  ofScript: ({ statements }) => {
    const sets = statements.flatMap((statement) =>
      statement.sql.is === "set"
        ? statement.sql.assignments.filter(({ scope }) => scope === "session").map((set) => ({ ...set, statement }))
        : [],
    );
    return watched.flatMap((setting) => {
      const all = sets.filter(({ name }) => name === setting);
      const last = all.at(-1);
      if (last === undefined || (setting === "sql_mode" ? all.length > 1 || isBack(last.value) : isBack(last.value))) return [];
      return [{ statement: last.statement, message: `sets ${setting} and doesn't set it back` }];
    });
  },
};

/** On again, the default, or what a variable kept. */
const isBack = ([value]: readonly { kind: string; text: string }[]): boolean =>
  value === undefined || value.kind === "variable" || /^(1|on|true|default)$/i.test(value.text);
