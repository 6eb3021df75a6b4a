import type { Host } from "../../host/host";
import type { Site } from "../../host/site";
import type { Inventory } from "../../provider/handler";
import type { SlotsState } from "../release/contract";
import { readServing as command } from "./commands";
import { activeCommit, parseServing, type Serving } from "./slots";

/** One round trip; answers on a bare host too. @throws CurrentIsNoLink when a folder is in the place of the `current` link */
export async function readServing(host: Host, site: Site): Promise<Serving> {
  const { stdout } = await host.run(command(site), { as: "root", purpose: "reading the slots", timeoutSeconds: 30 });
  return parseServing(host.name, site.current, stdout);
}

/** The part of `readServing` that the slots are. */
export async function readSlots(host: Host, site: Site): Promise<SlotsState> {
  return (await readServing(host, site)).slots;
}

/** Active commit of each host, by name. */
export async function readCommits(names: readonly string[], { host, site }: Inventory): Promise<Record<string, string>> {
  const read = async (name: string): Promise<[string, string]> => [name, activeCommit(await readSlots(host(name), site))];
  return Object.fromEntries(await Promise.all(names.map(read)));
}
