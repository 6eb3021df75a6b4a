import type { Inventory } from "../../provider/handler";
import { closeWindow, readWindow } from "./commands";
import { isOurs, parseWindow, type Window } from "./window";

/** What each host's maintenance file says. */
export async function readWindows(names: readonly string[], { host, site }: Inventory): Promise<Record<string, Window>> {
  const read = async (name: string): Promise<[string, Window]> => {
    const { stdout } = await host(name).run(readWindow(site), { as: "root", purpose: "reading the maintenance file", timeoutSeconds: 30 });
    return [name, parseWindow(stdout)];
  };
  return Object.fromEntries(await Promise.all(names.map(read)));
}

/** Closes this tool's windows; those made by hand stay. @returns the hosts that it closed */
export async function closeWindows(names: readonly string[], inventory: Inventory): Promise<string[]> {
  const windows = await readWindows(names, inventory);
  const open = names.filter((name) => isOurs(windows[name] ?? "none"));
  const close = (name: string): Promise<unknown> =>
    inventory.host(name).run(closeWindow(inventory.site), { as: "root", purpose: "closing the maintenance window", timeoutSeconds: 30 });
  await Promise.all(open.map(close));
  return open;
}
