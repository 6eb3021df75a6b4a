import type { Inventory } from "../../provider/handler";
import { closeWindow, openWindow, readWindow } from "./commands";
import { isOurs, parseWindow, type Window } from "./window";

/** What each host's maintenance file says. */
export async function readWindows(names: readonly string[], { host, site }: Inventory): Promise<Record<string, Window>> {
  const read = async (name: string): Promise<[string, Window]> => {
    const { stdout } = await host(name).run(readWindow(site), { as: "root", purpose: "reading the maintenance file", timeoutSeconds: 30 });
    return [name, parseWindow(stdout)];
  };
  return Object.fromEntries(await Promise.all(names.map(read)));
}

/** Opens the window of a host, unless one is open. @param says content of the maintenance file */
export const openOn = (name: string, says: string, inventory: Inventory): Promise<unknown> =>
  inventory.host(name).run(openWindow(inventory.site, says), { as: "root", purpose: "opening the maintenance window", timeoutSeconds: 30 });

/** Closes the window of a host, whoever opened it. */
export const closeOn = (name: string, inventory: Inventory): Promise<unknown> =>
  inventory.host(name).run(closeWindow(inventory.site), { as: "root", purpose: "closing the maintenance window", timeoutSeconds: 30 });

/** Closes this tool's windows; those made by hand stay. @returns the hosts that it closed */
export async function closeWindows(names: readonly string[], inventory: Inventory): Promise<string[]> {
  const windows = await readWindows(names, inventory);
  const open = names.filter((name) => isOurs(windows[name] ?? "none"));
  await Promise.all(open.map((name) => closeOn(name, inventory)));
  return open;
}
