import type { Context, Handler, Live } from "../../provider/handler";
import { unknown } from "../../provider/handler";
import { durationText } from "../migration/durations";
import { databaseProblems, type LiveDatabase, readLiveDatabase } from "../migration/live";
import { planMigration, stepsText } from "../migration/plan";
import type { RehearsalInputs, RehearsalState } from "./contract";
import { rehearse } from "./rehearse";

type LiveRehearsal = Live<RehearsalInputs, RehearsalState> & Pick<LiveDatabase, "found" | "sources">;

/** The pending scripts on a copy, whenever the live database isn't where it should be. */
export const rehearsal: Handler<RehearsalInputs, RehearsalState> = {
  compared: ["version", "scripts"],
  check: databaseProblems,

  async read(wanted: RehearsalInputs, _was: RehearsalState | undefined, context: Context): Promise<LiveRehearsal> {
    const { version, scripts, found, sources } = await readLiveDatabase(wanted, context);
    return { inputs: { ...wanted, version, scripts }, state: { schema: null, durations: null, change: "unchanged" }, found, sources };
  },

  plan({ found, sources }: LiveRehearsal, wanted: RehearsalInputs) {
    const { steps } = planMigration(found, wanted, sources);
    if (found.label === "empty" || wanted.copy === null) return nothing;
    return { schema: unknown, durations: unknown, change: `${stepsText(steps, sources.base)} on a copy` };
  },

  async act({ found, sources }: LiveRehearsal, wanted: RehearsalInputs, context: Context): Promise<RehearsalState> {
    if (wanted.copy === null) return nothing;
    const { schema, durations, milliseconds } = await rehearse(found.label, wanted.copy, wanted, sources, context);
    const { steps } = planMigration(found, wanted, sources);
    return { schema, durations, change: `${stepsText(steps, sources.base)} on a copy in ${durationText(milliseconds)}` };
  },
};

const nothing: RehearsalState = { schema: null, durations: null, change: "none: the database is empty" };
