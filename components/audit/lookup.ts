import type { Lookup } from "../../provider/handler";
import type { Goal } from "./contract";

/** Remembers what this run is for, in case it comes to change something. */
export const announce: Lookup<Goal, object> = {
  check: () => [],

  async answer({ release, commit, databaseVersion }, { inventory }) {
    inventory.audit.announce({ release, commit, databaseVersion });
    return {};
  },
};
