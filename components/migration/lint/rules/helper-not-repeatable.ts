import type { Sql } from "../../sql/statement";
import type { Rule } from "../rule";

const file = "api_routes.sql";

export const helperNotRepeatable: Rule = {
  id: "helper-not-repeatable",
  class: "not repeatable",
  title: "a helper file that can't run twice",
  why: "A file without a number runs again whenever its content is another: what it creates is there then.",
  instead: "IF NOT EXISTS, CREATE OR REPLACE, or a DROP … IF EXISTS before; or move it into a numbered script.",
  bad: [
    { file, source: "CREATE TABLE made (id int NOT NULL PRIMARY KEY);" },
    { file, source: "CREATE PROCEDURE p() SELECT 1;" },
  ],
  good: [
    { file, source: "CREATE TABLE IF NOT EXISTS made (id int NOT NULL PRIMARY KEY);" },
    { file, source: "DROP PROCEDURE IF EXISTS p;\nCREATE PROCEDURE p() SELECT 1;\nCREATE OR REPLACE VIEW v AS SELECT 1;" },
    "CREATE PROCEDURE p() SELECT 1;",
  ],
  ofScript: ({ to, file: name, statements }) => {
    if (to !== undefined || /^\d/.test(name)) return [];
    return statements.flatMap((statement) => {
      const made = madeBy(statement.sql);
      const isDropped = statements.slice(0, statement.index).some(({ sql }) => droppedBy(sql).includes(made ?? ""));
      return made === undefined || isDropped
        ? []
        : [{ statement, message: `creates the ${made}, which is there when the file runs again` }];
    });
  },
};

function madeBy(sql: Sql): string | undefined {
  if (sql.is === "create table") return sql.temporary || sql.onlyIfMissing || sql.orReplace ? undefined : `table ${sql.table.name}`;
  return sql.is === "create object" && !sql.orReplace && !sql.onlyIfMissing ? `${sql.kind} ${sql.object.name}` : undefined;
}

function droppedBy(sql: Sql): string[] {
  if (sql.is === "drop table") return sql.tables.map(({ name }) => `table ${name}`);
  return sql.is === "drop object" ? sql.objects.map(({ name }) => `${sql.kind} ${name}`) : [];
}
