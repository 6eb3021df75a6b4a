import type { Rule } from "../rule";

export const definer: Rule = {
  id: "definer",
  class: "privileges",
  title: "names a DEFINER",
  why: "It needs the right to act for that account; where the account is missing, the routine or view fails, and a backup of it can't be restored without SUPER.",
  instead: "Leave DEFINER out: it is whoever runs the migration then.",
  bad: [
    "CREATE DEFINER=`root`@`localhost` FUNCTION f() RETURNS int DETERMINISTIC RETURN 1;",
    "CREATE OR REPLACE ALGORITHM=MERGE DEFINER = 'admin'@'%' SQL SECURITY DEFINER VIEW v AS SELECT 1;",
  ],
  good: ["CREATE DEFINER=CURRENT_USER PROCEDURE p() SELECT 1;", "CREATE SQL SECURITY INVOKER VIEW v AS SELECT 1;"],
  ofEffect: (effect) =>
    effect.is === "create object" && effect.definer !== undefined && !/^current_(user|role)/i.test(effect.definer)
      ? `makes the ${effect.kind} ${effect.object.name} act as ${effect.definer}`
      : undefined,
};
