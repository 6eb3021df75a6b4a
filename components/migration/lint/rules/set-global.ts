import type { Rule } from "../rule";

export const setGlobal: Rule = {
  id: "set-global",
  class: "privileges",
  title: "changes the server's settings",
  why: "It needs a right that a migration shouldn't have, holds for every application on the server, and is gone with its next start.",
  instead: "Set it for the session; or let the administrator set it for good.",
  bad: ["SET GLOBAL sql_mode = '';", "SET @@global.max_allowed_packet = 1073741824;", "SET PERSIST event_scheduler = ON;"],
  good: ["SET SESSION group_concat_max_len = 32000;", "SET @global = 1;"],
  ofEffect: (effect) => {
    const found = effect.is === "set" ? effect.assignments.find(({ scope }) => scope === "global") : undefined;
    return found === undefined ? undefined : `sets ${found.name} for the whole server`;
  },
};
