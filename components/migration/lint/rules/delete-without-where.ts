import type { Rule } from "../rule";

export const deleteWithoutWhere: Rule = {
  id: "delete-without-where",
  class: "destroys data",
  title: "deletes every row",
  why: "Without a condition all rows are lost, those of users included.",
  instead: "Add a WHERE that names the rows.",
  bad: [
    "DELETE FROM lookups;",
    "DELETE FROM lookups WHERE 1 = 1;",
    "DELETE u FROM users u LEFT JOIN roles r ON r.id = u.id_roles;",
    "delete from `acl_users` where id > 0",
    "DELETE FROM lookups LIMIT 1000",
  ],
  good: [
    "DELETE FROM pageType WHERE name = 'open';",
    "DELETE s FROM styles s INNER JOIN old_styles o ON o.id = s.id;",
    "DELETE FROM s USING styles AS s LEFT JOIN pages p ON p.id_styles = s.id WHERE p.id IS NULL;",
    "CREATE TEMPORARY TABLE found (id int);\nDELETE FROM found;",
  ],
  ofEffect: (effect, world) => {
    if (effect.is !== "delete" || effect.isLimited) return undefined;
    const old = effect.tables.filter((table) => !world.isNewTable(table));
    return old.length === 0 ? undefined : `deletes every row of ${old.map(({ name }) => name).join(", ")}`;
  },
};
