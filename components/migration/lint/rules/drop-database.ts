import type { Rule } from "../rule";

export const dropDatabase: Rule = {
  id: "drop-database",
  class: "destroys data",
  breaksOldCode: true,
  title: "drops a database",
  why: "Everything in it is lost, and only a restored backup brings it back.",
  instead: "Leave databases to the administrator.",
  bad: ["DROP DATABASE selfhelp_old;", "drop schema if exists `archive`;"],
  good: ["DROP VIEW IF EXISTS `database`;\nCREATE VIEW `database` AS SELECT 1;"],
  ofEffect: (effect) => (effect.is === "drop database" ? `drops the database ${effect.name} with everything in it` : undefined),
};
