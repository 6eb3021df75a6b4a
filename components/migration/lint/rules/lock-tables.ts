import type { Rule } from "../rule";

export const lockTables: Rule = {
  id: "lock-tables",
  class: "holds locks",
  title: "locks whole tables",
  why: "Users wait until it is given back; when the session ends half-way, the script goes on without it.",
  instead: "Leave it out: statements lock what they need. To keep several together, use a transaction.",
  bad: ["LOCK TABLES users WRITE, pages READ;", "FLUSH TABLES WITH READ LOCK;", "ALTER TABLE users ADD INDEX a (a), LOCK=EXCLUSIVE;"],
  good: [
    "START TRANSACTION;\nUPDATE users SET locked = 0 WHERE id = 1;\nCOMMIT;",
    "ALTER TABLE users ADD INDEX a (a), ALGORITHM=INPLACE, LOCK=NONE;",
  ],
  ofEffect: (effect) => {
    if (effect.is === "alter table") {
      const lock = effect.actions.flatMap((action) => (action.does === "set options" ? (action.options["LOCK"] ?? []) : []))[0];
      return lock !== undefined && /^(exclusive|shared)$/i.test(lock)
        ? `keeps others from writing to ${effect.table.name} (LOCK=${lock})`
        : undefined;
    }
    if (effect.is !== "other") return undefined;
    const words = effect.tokens.map(({ upper }) => upper).join(" ");
    if (/^LOCK TABLES?\b/.test(words)) return "locks whole tables";
    return /^FLUSH .*WITH READ LOCK/.test(words) ? "locks every table" : undefined;
  },
};
