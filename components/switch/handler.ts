import { Cancelled, DeploymentError } from "../../host/errors";
import type { Host } from "../../host/host";
import { fpmUnit, type Site, type Slot } from "../../host/site";
import type { Context, Handler, Live } from "../../provider/handler";
import { askOverHost } from "../validation/http";
import { fpmState } from "./commands";
import type { HttpCheck, SwitchInputs, SwitchState } from "./contract";
import { endpoints } from "./endpoints";
import { MaintenanceInTheWay, SlotNotAnswering, SlotNotComplete } from "./errors";
import { changeText, liveSwitch, planSwitch, switchProblems } from "./plan";
import { readServing } from "./read-slots";
import { candidateName, fpmPingPath } from "./site";
import type { Serving } from "./slots";
import { switchUsers } from "./switch-users";
import { takeBack } from "./way-back";

/** Which slot users of a host are served from: read from the `current` link, changed by renaming it. */
export const switchHandler: Handler<SwitchInputs, SwitchState> = {
  compared: ["slot", "commit"],

  check: switchProblems,

  async read(wanted, _was, { inventory }) {
    return liveSwitch(await readServing(inventory.host(wanted.host), inventory.site), wanted);
  },

  plan: planSwitch,

  /** Once the link was renamed, Ctrl-C no longer stops it: users are left on a release that was proven, the new or the old one. */
  async act(live, wanted, context) {
    const { site } = context.inventory;
    const host = context.inventory.host(wanted.host);
    const slot = wantedSlot(wanted);
    const before = await readServing(host, site);
    await assertReady(host, site, before, { ...wanted, slot });
    if (context.signal.aborted) throw new Cancelled(`the switch to ${slot} on host "${host.name}" (nothing was switched)`);
    if (wanted.inWindow) context.wayBack.add(() => takeBack(host, site, before.slots));
    await switchUsers(host, site, { before, slot, wanted, progress: context.progress.bind(context) });
    return stateAfter(live, wanted, context);
  },
};

function wantedSlot({ slot, host }: SwitchInputs): Slot {
  if (slot === "none") throw new DeploymentError(`host "${host}": no slot to switch to was given. Nothing was switched.`);
  return slot;
}

async function assertReady(host: Host, site: Site, { slots, maintenance }: Serving, wanted: SwitchInputs & { slot: Slot }): Promise<void> {
  const found = slots[wanted.slot]?.commit;
  if (found !== wanted.commit) throw new SlotNotComplete(host.name, wanted.slot, wanted.commit, found);
  if (maintenance && !wanted.inWindow) throw new MaintenanceInTheWay(host.name, site.maintenanceFile);
  await assertAnswering(host, site, wanted.slot);
}

async function assertAnswering(host: Host, site: Site, slot: Slot): Promise<void> {
  const unit = fpmUnit(site.app, slot);
  const { stdout } = await host.run(fpmState(site.app, slot), {
    purpose: `looking at ${unit}`,
    timeoutSeconds: 15,
    expectedExitCodes: [0, 3, 4],
  });
  if (stdout.trim() !== "active") throw new SlotNotAnswering(host.name, slot, unit, `${unit} is ${stdout.trim()}`);
  const answer = await askOverHost(host, endpoints.candidate, pingOf(site, slot));
  if (answer.result !== "passed") throw new SlotNotAnswering(host.name, slot, unit, answer.detail);
}

const pingOf = (site: Site, slot: Slot): HttpCheck => ({
  name: `php-fpm of ${slot}`,
  path: fpmPingPath(slot),
  hostName: candidateName(site),
  timeoutSeconds: 10,
  status: 200,
  contains: "pong",
});

async function stateAfter(live: Live<SwitchInputs, SwitchState>, wanted: SwitchInputs, { inventory }: Context): Promise<SwitchState> {
  const { state } = liveSwitch(await readServing(inventory.host(wanted.host), inventory.site), wanted);
  return { ...state, change: changeText(live.inputs, wanted) };
}
