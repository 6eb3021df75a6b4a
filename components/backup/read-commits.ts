import type { Inventory } from "../../provider/handler";
import { readSlots } from "../switch/read-slots";
import { activeCommit } from "../switch/slots";

/** The commit that users are served from, by host name. */
export async function readCommits(hosts: readonly string[], inventory: Inventory): Promise<Record<string, string>> {
  const read = async (name: string): Promise<[string, string]> => [
    name,
    activeCommit(await readSlots(inventory.host(name), inventory.site)),
  ];
  return Object.fromEntries(await Promise.all(hosts.map(read)));
}
