import { type Live, type Planned, type Problem, unknown } from "../../provider/handler";
import type { SwitchInputs, SwitchState } from "./contract";
import { activeCommit, activeRelease, idleSlot, type Serving } from "./slots";

/** What is true, in the place of what is wanted. */
export function liveSwitch(serving: Serving, wanted: SwitchInputs): Live<SwitchInputs, SwitchState> {
  const { slots, maintenance, switchedAt } = serving;
  const slot = slots.active ?? "none";
  const commit = activeCommit(slots);
  const release = activeRelease(slots);
  const previousRelease = slots.active === null ? null : (slots[idleSlot(slots)]?.release ?? null);
  return {
    inputs: { ...wanted, slot, commit, release },
    state: { activeSlot: slot, release, commit, previousRelease, maintenance, changedAt: switchedAt, change: "unchanged" },
  };
}

/** The outputs as they will be once users are served from `wanted.slot`. */
export function planSwitch({ inputs, state }: Live<SwitchInputs, SwitchState>, wanted: SwitchInputs): Planned<SwitchState> {
  if (inputs.slot === wanted.slot && inputs.commit === wanted.commit) return state;
  return {
    activeSlot: wanted.slot,
    release: wanted.release,
    commit: wanted.commit,
    previousRelease: inputs.slot === wanted.slot ? state.previousRelease : inputs.slot === "none" ? null : state.release,
    maintenance: state.maintenance,
    changedAt: unknown,
    change: changeText(inputs, wanted),
  };
}

/** "blue -> green"; a folder made by hand, which `current` may point at before the first switch, is called so. */
export function changeText(live: Pick<SwitchInputs, "slot" | "commit">, wanted: Pick<SwitchInputs, "slot">): string {
  const from = live.slot === "none" && live.commit === "unknown" ? "a folder made by hand" : live.slot;
  return `${from} -> ${wanted.slot}`;
}

/** Problems that show without contacting a host; values that are not known yet are absent. */
export function switchProblems({ slot, probes, probe }: Partial<SwitchInputs>): Problem[] {
  const problems: Problem[] = [];
  if (slot === "none") problems.push({ propertyPath: "slot", reason: 'must be "blue" or "green"' });
  if (probes !== undefined && !(Number.isInteger(probes) && probes >= 1 && probes <= 100))
    problems.push({ propertyPath: "probes", reason: `must be a whole number from 1 to 100, not ${probes}` });
  if (probe !== undefined && !probe.path.startsWith("/"))
    problems.push({ propertyPath: "probe.path", reason: `must start with "/", for example "/cms-api/v1/health", not "${probe.path}"` });
  return problems;
}
