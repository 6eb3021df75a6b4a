import type { Rule } from "../rule";
import { versionsSet } from "../version-set";

const file = "40_update_v8.0.0_v8.1.0.sql";

export const versionNotFirst: Rule = {
  id: "version-not-first",
  class: "version",
  title: "sets the version, but not first",
  why: "The process sets the version in the first statement, where everybody looks for it.",
  instead: "Make UPDATE version SET version = '…' the first statement; SET may stand before it.",
  bad: [{ file, source: "ALTER TABLE users ADD age int NULL;\nUPDATE version SET version = 'v8.1.0';" }],
  good: [
    { file, source: "SET NAMES utf8mb4;\nUPDATE `version` SET `version` = 'v8.1.0';" },
    { file, source: "-- Release 8.1\ninsert into version (version) values ('v8.1.0');" },
    { file: "api_routes.sql", source: "DELETE FROM routes WHERE id = 1;" },
  ],
  ofScript: (script) => {
    const [set] = versionsSet(script);
    if (script.to === undefined || set === undefined) return [];
    const before = script.statements
      .slice(0, set.statement.index)
      .filter(({ sql }) => sql.is !== "set" && sql.is !== "names" && sql.is !== "use" && !isStart(sql));
    return before.length === 0
      ? []
      : [
          {
            statement: set.statement,
            message: `sets the version behind ${before.length} other statement${before.length === 1 ? "" : "s"}`,
          },
        ];
  },
};

const isStart = (sql: { is: string; first?: string }): boolean =>
  sql.is === "other" && ["START", "BEGIN", "SELECT"].includes(sql.first ?? "");
