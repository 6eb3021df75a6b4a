import { type Handler, unknown } from "../../provider/handler";
import type { RecordInputs, RecordState } from "./contract";
import { summaryOf } from "./summary";

/** The end of a deployment in the audit log, and its summary in Pulumi's output. That it was written is only recorded: reading the whole log each time would take too long. */
export const record: Handler<RecordInputs, RecordState> = {
  compared: ["after"],
  check: () => [],

  async read(wanted, was) {
    const after = was?.after ?? [];
    return { inputs: { ...wanted, after }, state: { lastDeployment: was?.lastDeployment ?? null, after } };
  },

  plan: (_live, wanted) => ({ lastDeployment: unknown, after: wanted.after ?? unknown }),

  async act({ state }, { release, commit, databaseVersion, after }, context) {
    const { audit } = context.inventory;
    const seal = await audit.note({ event: "done", release, commit, databaseVersion });
    const run = audit.run();
    if (run !== undefined) context.info(summaryOf(run, { release, commit, databaseVersion }));
    if (!(seal instanceof Error)) return { lastDeployment: seal, after };
    context.warn(`the deployment is done, but its record could not be written: ${seal.message}`);
    return { lastDeployment: state.lastDeployment, after };
  },
};
