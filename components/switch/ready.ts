import type { Host } from "../../host/host";
import { fpmUnit, type Site, type Slot } from "../../host/site";
import { askOverHost } from "../validation/http";
import { checkNginx, fpmState } from "./commands";
import type { HttpCheck } from "./contract";
import { endpoints } from "./endpoints";
import { MaintenanceInTheWay, NginxMisconfigured, SlotNotAnswering, SlotNotComplete } from "./errors";
import { candidateName, fpmPingPath } from "./site";
import { isWayBack, type Serving } from "./slots";

/** What a host must hold to be switched. */
export interface Wanted {
  slot: Slot;
  commit: string;
  inWindow: boolean;
}

/**
 * Makes sure that a host can be switched, without touching it. A way back is not refused for what only matters when nginx is restarted.
 * @throws SlotNotComplete, MaintenanceInTheWay, SlotNotAnswering, NginxMisconfigured
 */
export async function assertReady(host: Host, site: Site, { slots, maintenance }: Serving, wanted: Wanted): Promise<void> {
  const found = slots[wanted.slot]?.commit;
  if (found !== wanted.commit) throw new SlotNotComplete(host.name, wanted.slot, wanted.commit, found);
  if (maintenance && !wanted.inWindow) throw new MaintenanceInTheWay(host.name, site.maintenanceFile);
  await Promise.all([assertAnswering(host, site, wanted.slot), isWayBack(slots, wanted.commit) || assertConfigured(host)]);
}

async function assertConfigured(host: Host): Promise<void> {
  const limits = { as: "root", purpose: "looking at nginx's configuration", timeoutSeconds: 30, expectedExitCodes: [0, 1] };
  const { exitCode, stderr } = await host.run(checkNginx, limits);
  if (exitCode !== 0) throw new NginxMisconfigured(host.name, stderr.trim().split("\n").slice(-5).join("\n"));
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
