import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../host/host";
import type { Site } from "../../host/site";
import type { Inventory } from "../../provider/handler";
import type { SlotsState } from "../release/contract";
import { readServing as command } from "./commands";
import { activeCommit, isWayBack, parseServing, type Serving } from "./slots";

/** How long a look waits for others who want the same: the engine asks about all steps of a host at once. */
const gatherMilliseconds = 5;

/** Looks that have not begun yet. */
const asked = new WeakMap<Host, Promise<Serving>>();

/**
 * One round trip, shared by all who ask before it begins; answers on a bare host too.
 * @throws CurrentIsNoLink when a folder is in the place of the `current` link
 */
export function readServing(host: Host, site: Site): Promise<Serving> {
  const look = asked.get(host) ?? sleep(gatherMilliseconds).then(() => lookAt(host, site));
  asked.set(host, look);
  return look;
}

async function lookAt(host: Host, site: Site): Promise<Serving> {
  asked.delete(host);
  const { stdout } = await host.run(command(site), { as: "root", purpose: "reading the slots", timeoutSeconds: 30 });
  return parseServing(host.name, site.current, stdout);
}

/** The same of several hosts, by their names. */
export async function readServings(names: readonly string[], { host, site }: Inventory): Promise<Record<string, Serving>> {
  const read = async (name: string): Promise<[string, Serving]> => [name, await readServing(host(name), site)];
  return Object.fromEntries(await Promise.all(names.map(read)));
}

/** The part of `readServing` that the slots are. */
export async function readSlots(host: Host, site: Site): Promise<SlotsState> {
  return (await readServing(host, site)).slots;
}

/** By host name. */
export type Commits = Record<string, string>;

/** Active commit of each host. */
export const readCommits = (names: readonly string[], inventory: Inventory): Promise<Commits> => readEach(names, inventory, activeCommit);

/** The same, but the wanted one where users only go back to it: nothing that they did is at stake then. */
export const readCommitsAtStake = (wanted: Commits, inventory: Inventory): Promise<Commits> =>
  readEach(Object.keys(wanted), inventory, (slots, name) =>
    isWayBack(slots, `${wanted[name]}`) ? `${wanted[name]}` : activeCommit(slots),
  );

async function readEach(
  names: readonly string[],
  { host, site }: Inventory,
  tell: (slots: SlotsState, name: string) => string,
): Promise<Commits> {
  const read = async (name: string): Promise<[string, string]> => [name, tell(await readSlots(host(name), site), name)];
  return Object.fromEntries(await Promise.all(names.map(read)));
}
