import type { Rule } from "../rule";

export const dropViewOrRoutine: Rule = {
  id: "drop-view-or-routine",
  class: "breaks the old code",
  title: "drops a view, routine, trigger or event for good",
  why: "The release that still serves users may read the view, call the routine, or rely on the trigger.",
  instead: "Drop it with a later release. To change it, create it anew in the same script, or use CREATE OR REPLACE.",
  bad: ["DROP PROCEDURE IF EXISTS get_group_acl;", "DROP VIEW view_users, view_pages;"],
  good: [
    "DELIMITER //\nDROP PROCEDURE IF EXISTS p //\nCREATE PROCEDURE p() BEGIN SELECT 1; END //\nDELIMITER ;",
    "CREATE PROCEDURE once() SELECT 1;\nCALL once();\nDROP PROCEDURE once;",
    "DROP VIEW IF EXISTS v;\nCREATE VIEW v AS SELECT 1;",
  ],
  ofEffect: (effect, world, statement) => {
    if (effect.is !== "drop object") return undefined;
    const gone = effect.objects.filter((object) => {
      const isMadeAgain = world.does(
        (later) =>
          later.is === "create object" && later.kind === effect.kind && later.object.name.toLowerCase() === object.name.toLowerCase(),
        statement,
      );
      return !isMadeAgain && !world.isNewObject(effect.kind, object);
    });
    return gone.length === 0 ? undefined : `drops the ${effect.kind} ${gone.map(({ name }) => name).join(", ")}`;
  },
};
