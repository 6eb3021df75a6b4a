import { type Live, type Planned, type Problem, unknown } from "../../provider/handler";
import type { SwitchInputs, SwitchState } from "./contract";
import { activeCommit, activeRelease, idleSlot, type Serving } from "./slots";

/** By host name. */
export type Servings = Record<string, Serving>;

/** What is true, in the place of what is wanted. */
export function liveSwitch(servings: Servings, wanted: SwitchInputs): Live<SwitchInputs, SwitchState> {
  const each = <Value>(tell: (serving: Serving) => Value): Record<string, NonNullable<Value>> =>
    byHost(wanted.hosts, (name) => tell(servings[name] as Serving));
  const slots = each((serving) => serving.slots.active ?? "none");
  const commits = each((serving) => activeCommit(serving.slots));
  return {
    inputs: { ...wanted, slots, commits, unproven: wanted.hosts.filter((name) => servings[name]?.switchingFrom !== undefined) },
    state: {
      activeSlots: slots,
      releases: each((serving) => activeRelease(serving.slots)),
      commits,
      previousReleases: each((serving) => previousRelease(serving)),
      maintenance: each((serving) => serving.maintenance),
      changedAt: each((serving) => serving.switchedAt),
      changes: each(() => "unchanged"),
    },
  };
}

/** The hosts whose users are not served what is wanted, in the order in which they are switched. */
export const dueHosts = ({ slots, commits, unproven }: SwitchInputs, wanted: SwitchInputs): string[] =>
  wanted.hosts.filter((name) => slots[name] !== wanted.slots[name] || commits[name] !== wanted.commits[name] || unproven.includes(name));

/** The outputs as they will be once users are served from `wanted.slots`. */
export function planSwitch({ inputs, state }: Live<SwitchInputs, SwitchState>, wanted: SwitchInputs): Planned<SwitchState> {
  const due = dueHosts(inputs, wanted);
  if (due.length === 0) return state;
  return {
    activeSlots: wanted.slots,
    releases: { ...state.releases, ...byHost(due, () => wanted.release) },
    commits: wanted.commits,
    previousReleases: { ...state.previousReleases, ...byHost(due, (name) => leftBehind(name, { inputs, state }, wanted)) },
    maintenance: state.maintenance,
    changedAt: unknown,
    changes: changesOf(inputs, wanted),
  };
}

/** What is or was done to each host. */
export const changesOf = (live: SwitchInputs, wanted: SwitchInputs): Record<string, string> => {
  const due = dueHosts(live, wanted);
  return byHost(wanted.hosts, (name) => (due.includes(name) ? changeText(name, live, wanted) : "unchanged"));
};

/** Problems that show without contacting a host; values that are not known yet are absent. */
export function switchProblems({ slots, probes, probe }: Partial<SwitchInputs>): Problem[] {
  const problems: Problem[] = [];
  for (const [name, slot] of Object.entries(slots ?? {}))
    if (slot === "none") problems.push({ propertyPath: `slots.${name}`, reason: 'must be "blue" or "green"' });
  if (probes !== undefined && !(Number.isInteger(probes) && probes >= 1 && probes <= 100))
    problems.push({ propertyPath: "probes", reason: `must be a whole number from 1 to 100, not ${probes}` });
  if (probe !== undefined && !probe.path.startsWith("/"))
    problems.push({ propertyPath: "probe.path", reason: `must start with "/", for example "/cms-api/v1/health", not "${probe.path}"` });
  return problems;
}

function previousRelease({ slots }: Serving): string | undefined {
  return slots.active === null ? undefined : slots[idleSlot(slots)]?.release;
}

function leftBehind(name: string, { inputs, state }: Live<SwitchInputs, SwitchState>, wanted: SwitchInputs): string | undefined {
  if (inputs.slots[name] === wanted.slots[name]) return state.previousReleases[name];
  return inputs.slots[name] === "none" ? undefined : state.releases[name];
}

/** "blue -> green"; a folder made by hand, which `current` may point at before the first switch, is called so. */
function changeText(name: string, { slots, commits }: SwitchInputs, wanted: SwitchInputs): string {
  if (slots[name] === wanted.slots[name] && commits[name] === wanted.commits[name])
    return `asked again: the switch to ${slots[name]} was cut short`;
  const from = slots[name] === "none" && commits[name] === "unknown" ? "a folder made by hand" : slots[name];
  return `${from} -> ${wanted.slots[name]}`;
}

/** Without those that have no value. */
const byHost = <Value>(names: readonly string[], tell: (name: string) => Value): Record<string, NonNullable<Value>> =>
  Object.fromEntries(names.map((name) => [name, tell(name)] as const).filter(([, value]) => (value ?? null) !== null)) as Record<
    string,
    NonNullable<Value>
  >;
