import type { Host } from "../../host/host";
import { fpmUnit, type Site, type Slot } from "../../host/site";
import { type Context, type Handler, unknown } from "../../provider/handler";
import type { SlotsState } from "../release/contract";
import { readSlots } from "../switch/read-slots";
import { activeCommit, activeRelease } from "../switch/slots";
import { readCandidate } from "./commands";
import type { CandidateInputs, DeploymentInputs, DeploymentState, ValidationState } from "./contract";
import { CandidateNotShown, ValidationFailed } from "./errors";
import { askOverHost, askWhenWarm } from "./http";
import { allPassed, changeText, checksProblems } from "./plan";
import { runChecks } from "./run-checks";

const candidatePort = 8080;
const livePort = 80;

/** A release in its slot is asked on 127.0.0.1:8080, before users are served from it. */
export const candidate: Handler<CandidateInputs, ValidationState> = {
  compared: ["slot", "commit"],

  check: checksProblems,

  async read(wanted, was, { inventory }) {
    const slots = await readSlots(inventory.host(wanted.host), inventory.site);
    const inputs = { ...wanted, slot: slots.active ?? "none", commit: activeCommit(slots) } as const;
    return { inputs, state: { results: was?.results ?? [], change: "unchanged" } };
  },

  plan: (_live, wanted) => ({ results: unknown, change: `${changeText(wanted)} in ${wanted.slot}` }),

  async act(_live, wanted, context) {
    const { site } = context.inventory;
    const host = context.inventory.host(wanted.host);
    const slot = wanted.slot as Slot;
    const slots = await readSlots(host, site);
    await assertShown(host, site, slots, { slot, commit: wanted.commit });
    const subject = `${wanted.release} in ${slot}`;
    const results = await runChecks(
      wanted,
      {
        subject,
        folder: site.slot[slot],
        ask: (check, isFirst) =>
          isFirst ? askWhenWarm(host, candidatePort, check, context.signal) : askOverHost(host, candidatePort, check),
      },
      context,
    );
    if (!allPassed(results)) throw new ValidationFailed(subject, host.name, results, afterCandidate(site, slots, slot));
    return { results, change: `${changeText(wanted)} in ${slot}` };
  },
};
