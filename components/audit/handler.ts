import { textOf } from "../../host/errors";
import { type Context, type Handler, unknown } from "../../provider/handler";
import { tellNow } from "../monitoring/told";
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
    await warnOfUntold(context);
    if (!(seal instanceof Error)) return { lastDeployment: seal, after };
    context.warn(`the deployment is done, but its record could not be written: ${seal.message}`);
    return { lastDeployment: state.lastDeployment, after };
  },
};

/** The deployment is done, whoever could be told of it. */
async function warnOfUntold({ inventory: { databaseHost, site }, warn }: Context): Promise<void> {
  const untold = await tellNow(databaseHost(), site).catch((error: unknown) => [`nobody may have been told of it: ${textOf(error)}`]);
  for (const text of untold) warn(text);
}
