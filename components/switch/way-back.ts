import type { Command } from "../../host/command";
import { DeploymentError, textOf } from "../../host/errors";
import type { Host } from "../../host/host";
import type { Site } from "../../host/site";
import type { Inventory } from "../../provider/handler";
import type { SlotsState } from "../release/contract";
import { pointCurrentAt, removeCurrent, unmarkSwitching } from "./commands";
import { activeRelease, type Serving } from "./slots";

/** What users of a host were served from, and how they get there again. */
export interface WayBack {
  /** null: there was nothing. */
  target: string | null;
  command: Command;
  /** The same for a person. */
  typed: string;
}

export function servedBefore(site: Site, { active, foreignTarget }: SlotsState): WayBack {
  const target = active === null ? foreignTarget : site.slot[active];
  const proven = unmarkSwitching(site);
  if (target === null) return { target, command: { all: [removeCurrent(site), proven] }, typed: `sudo rm ${site.current}` };
  return { target, command: { all: [pointCurrentAt(site, target), proven] }, typed: `sudo ln -sfn ${target} ${site.current}` };
}

/**
 * Switches hosts back after a later step has failed, while the maintenance window is open; each one, also when another one can't be.
 * @param switches what was read of each host before @returns what is served now @throws DeploymentError
 */
export async function takeBackAll(switches: ReadonlyMap<string, { before: Serving }>, { host, site }: Inventory): Promise<string> {
  const all = await Promise.allSettled([...switches].map(([name, { before }]) => takeBack(host(name), site, before.slots)));
  const failures = all.flatMap((one) => (one.status === "rejected" ? [(one.reason as Error).message] : []));
  if (failures.length > 0) throw new DeploymentError(failures.join("\n"));
  return all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])).join(" ");
}

async function takeBack(host: Host, site: Site, before: SlotsState): Promise<string> {
  const { target, command, typed } = servedBefore(site, before);
  try {
    await host.run(command, { as: "root", purpose: "switch back", timeoutSeconds: 30 });
  } catch (error) {
    const reason = textOf(error);
    throw new DeploymentError(
      `Host "${host.name}" could not be switched back to ${target ?? "nothing"}: ${reason}. Its users are answered 503 until the maintenance window ` +
        `is closed. Next, on the host: ${typed}; then type: pulumi preview`,
    );
  }
  const served = before.active === null ? (target ?? "nothing, as before") : `${activeRelease(before)} in ${before.active}`;
  return `Host "${host.name}" is on ${served} again.`;
}
