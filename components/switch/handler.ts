import { Cancelled, DeploymentError } from "../../host/errors";
import type { Slot } from "../../host/site";
import type { Context, Handler, Live } from "../../provider/handler";
import { batchesOf } from "../rollout/batches";
import type { Rollout } from "../rollout/contract";
import { NotRolledOut } from "../rollout/errors";
import { type Ended, rollOut, type Work } from "../rollout/rollout";
import type { SwitchInputs, SwitchState } from "./contract";
import { changesOf, dueHosts, liveSwitch, planSwitch, type Servings, switchProblems } from "./plan";
import { readServings } from "./read-slots";
import { assertReady } from "./ready";
import { beforeSwitch } from "./slots";
import { type HostSwitch, switchHost, takeHostBack } from "./switch-host";
import { failureOf } from "./switch-users";
import { takeBackAll } from "./way-back";

type LiveSwitch = Live<SwitchInputs, SwitchState> & { servings: Servings };

/** Which slot users of each host are served from: read from the `current` links, changed by renaming them. */
export const switchHandler: Handler<SwitchInputs, SwitchState> = {
  compared: ["slots", "commits", "unproven"],

  check: switchProblems,

  async read(wanted, _was, { inventory }): Promise<LiveSwitch> {
    const servings = await readServings(Object.keys(wanted.slots), inventory);
    return { ...liveSwitch(servings, wanted), servings };
  },

  plan: planSwitch,

  /** Once a link was renamed, Ctrl-C no longer stops that host: its users are left on a release that was proven, the new or the old one. */
  async act({ inputs: live, servings }: LiveSwitch, wanted, context) {
    const { inventory } = context;
    const due = dueHosts(live, wanted);
    const switches = switchesOf(due, servings, wanted, context);
    await assertAllReady(switches, wanted, context);
    context.wayBack.add(() => takeBackAll(switches, inventory));
    const batches = batchesOf(due, wanted.hosts.length, wanted.rollout.batch);
    const ended = await rollOut(batches, rolloutOf(wanted, context), workOf(switches, context), context);
    assertRolledOut(wanted, ended);
    const { state } = liveSwitch(await readServings(wanted.hosts, inventory), wanted);
    return { ...state, changes: changesOf(live, wanted) };
  },
};

/** In a window nobody is served meanwhile: nothing is to be watched, and a failure takes all back. */
const rolloutOf = ({ rollout }: SwitchInputs, { wayBack }: Context): Rollout =>
  wayBack.isInWindow ? { ...rollout, pauseSeconds: 0, maxFailures: 0 } : rollout;

type Switches = Map<string, HostSwitch>;

function switchesOf(due: readonly string[], before: Servings, wanted: SwitchInputs, context: Context): Switches {
  const one = (name: string): HostSwitch => {
    const slot = wantedSlot(name, wanted);
    return {
      before: beforeSwitch(before[name] as Servings[string], context.inventory.site, slot),
      slot,
      wanted,
      hooks: wanted.hooks[name] ?? {},
      progress: (text) => context.progress(wanted.hosts.length === 1 ? text : `${name}: ${text}`),
    };
  };
  return new Map(due.map((name) => [name, one(name)]));
}

function wantedSlot(name: string, { slots }: SwitchInputs): Slot {
  const slot = slots[name] ?? "none";
  if (slot === "none") throw new DeploymentError(`host "${name}": no slot to switch to was given. Nothing was switched.`);
  return slot;
}

/** All of them before the first one is touched. */
async function assertAllReady(switches: Switches, { commits, inWindow }: SwitchInputs, { inventory, signal }: Context): Promise<void> {
  const { host, site } = inventory;
  const ready = [...switches].map(([name, { before, slot }]) =>
    assertReady(host(name), site, before, { slot, commit: `${commits[name]}`, inWindow }),
  );
  await Promise.all(ready);
  if (signal.aborted) throw new Cancelled(`the switch of ${[...switches.keys()].join(", ")} (nothing was switched)`);
}

function workOf(switches: Switches, { inventory }: Context): Work {
  const { host, site } = inventory;
  const of = (name: string): HostSwitch => switches.get(name) as HostSwitch;
  return {
    switchHost: (name) => switchHost(host(name), site, of(name)),
    ask: (name) => failureOf(host(name), of(name).wanted),
    takeBack: (name) => takeHostBack(host(name), site, of(name)),
  };
}

/** A single host's error needs no table. */
function assertRolledOut({ release, hosts }: SwitchInputs, ended: Ended): void {
  const outcomes = [...ended.outcomes.values()];
  if (outcomes.every(({ kind }) => kind === "switched")) return;
  const [first] = outcomes;
  if (hosts.length === 1 && first?.kind === "failed") throw first.error;
  throw new NotRolledOut(release, hosts, ended);
}
