import type { Host } from "../../host/host";
import type { Site } from "../../host/site";
import { readMonitor } from "./commands";
import { type LiveMonitor, parseLive } from "./live";

/** What of monitoring a host has right now, in one round trip; answers on a bare host, too. */
export async function readLiveMonitor(host: Host, site: Site): Promise<LiveMonitor> {
  const { stdout } = await host.run(readMonitor(site), { as: "root", purpose: "reading the monitoring", timeoutSeconds: 30 });
  return parseLive(host.name, stdout);
}
