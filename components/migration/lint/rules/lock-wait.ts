import type { Rule } from "../rule";

/** Seconds after which users notice. */
const bearable = 60;

export const lockWait: Rule = {
  id: "lock-wait",
  class: "holds locks",
  title: "waits long for a lock",
  why: "While a statement waits for a table, every query behind it waits, too. Scripts are given a short lock_wait_timeout, so that they fail in place of that; this one undoes it.",
  instead: "Leave the setting alone; `migration.lockWaitSeconds` in the stack's config is for all scripts.",
  bad: ["SET SESSION lock_wait_timeout = 86400;", "SET @@lock_wait_timeout = DEFAULT, @a = 1;"],
  good: ["SET lock_wait_timeout = 5;", "SET lock_wait_timeout = @before;"],
  ofEffect: (effect) => {
    const found =
      effect.is === "set" ? effect.assignments.find(({ name, scope }) => name === "lock_wait_timeout" && scope !== "user") : undefined;
    if (found === undefined) return undefined;
    // A variable brings back what was there before.
    if (found.value[0]?.kind === "variable") return undefined;
    const text = found.value.map(({ text }) => text).join("");
    return Number(text) <= bearable ? undefined : `sets lock_wait_timeout to ${text}`;
  },
};
