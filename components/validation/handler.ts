import type { Slot } from "../../host/site";
import { type Handler, type Live, unknown } from "../../provider/handler";
import { endpoints } from "../switch/endpoints";
import type { SlotsState } from "../release/contract";
import { readSlots } from "../switch/read-slots";
import { activeCommit } from "../switch/slots";
import { afterCandidate, afterDeployment } from "./advice";
import type { CandidateInputs, DeploymentInputs, DeploymentState, ValidationState } from "./contract";
import { ValidationFailed } from "./errors";
import { integrationStep } from "./integration-test";
import { measureSteps } from "./measures";
import { candidateProblems, candidateText, checksProblems, deploymentText, mayGoOn } from "./plan";
import { type Checking, commonSteps, runSteps } from "./run-checks";
import { assertShown } from "./shown";

type LiveCandidate = Live<CandidateInputs, ValidationState> & { slots: SlotsState };

/** A release in its slot, asked on 127.0.0.1:8080 before users are served from it. */
export const candidate: Handler<CandidateInputs, ValidationState> = {
  compared: ["slot", "commit"],

  check: candidateProblems,

  async read(wanted, was, { inventory }): Promise<LiveCandidate> {
    const slots = await readSlots(inventory.host(wanted.host), inventory.site);
    const inputs = { ...wanted, slot: slots.active ?? "none", commit: activeCommit(slots) } as const;
    return { inputs, state: { results: was?.results ?? [], change: "unchanged" }, slots };
  },

  plan: (_live, wanted) => ({ results: unknown, change: `${candidateText(wanted)} in ${wanted.slot}` }),

  async act({ slots }: LiveCandidate, wanted, context) {
    const { site } = context.inventory;
    const host = context.inventory.host(wanted.host);
    const slot = wanted.slot as Slot;
    const subject = `${wanted.release} in ${slot}`;
    await assertShown(host, site, slots, { slot, commit: wanted.commit });
    const checking: Checking = { host, folder: site.slot[slot], endpoint: endpoints.candidate, isJustStarted: true };
    const steps = [...commonSteps(wanted, checking, context), ...integrationStep(wanted, host, context)];
    const results = await runSteps(steps, `${subject} on host "${host.name}"`, context);
    if (!mayGoOn(results)) throw new ValidationFailed(subject, host.name, results, afterCandidate(site, slots, slot, wanted, results));
    return { results, change: `${candidateText(wanted)} in ${slot}` };
  },
};

/** What users are served, asked through the live vhost after the last change. That it was done is only recorded: nothing live tells it. */
export const deployment: Handler<DeploymentInputs, DeploymentState> = {
  compared: ["after"],

  check: checksProblems,

  async read(wanted, was) {
    const after = was?.after ?? [];
    return { inputs: { ...wanted, after }, state: { results: was?.results ?? [], change: "unchanged", after } };
  },

  plan: (_live, wanted) => ({ results: unknown, change: deploymentText(wanted), after: wanted.after ?? unknown }),

  async act(_live, wanted, context) {
    const { site } = context.inventory;
    const host = context.inventory.host(wanted.host);
    const endpoint = wanted.inWindow ? endpoints.pastMaintenance : endpoints.users;
    const checking: Checking = { host, folder: site.current, endpoint, isJustStarted: false };
    const steps = [...commonSteps(wanted, checking, context), ...measureSteps(wanted, checking, context)];
    const results = await runSteps(steps, `${wanted.release} on host "${host.name}"`, context);
    if (!mayGoOn(results)) throw new ValidationFailed(wanted.release, wanted.host, results, afterDeployment(wanted.release));
    return { results, change: deploymentText(wanted), after: wanted.after };
  },
};
