import type { Host } from "../../host/host";
import type { Site } from "../../host/site";
import { lookNow } from "./commands";
import { readLiveMonitor } from "./read-live";

/** Receivers that never answer must not keep anybody from going home. */
const longestSeconds = 10;

/**
 * Has a host that is monitored tell what it has to tell, now.
 * @returns who did not take it, a sentence each; none where the host isn't monitored
 * @throws HostUnreachable, CommandFailed
 */
export async function tellNow(host: Host, site: Site): Promise<string[]> {
  const options = { as: "root", purpose: "telling of the deployment", timeoutSeconds: 60, expectedExitCodes: [0, 3, 4] };
  const { exitCode } = await host.run(lookNow(site, longestSeconds), options);
  if (exitCode === 3) return [];
  const { waiting } = await readLiveMonitor(host, site);
  if (waiting.length === 0 && exitCode === 4)
    return [`host "${host.name}" is at telling of it still, after ${longestSeconds} s. Whether somebody did not take it: selfhelp status`];
  return waiting.map(({ receiver, count, reason }) => {
    const what = count === 1 ? "1 message waits" : `${count} messages wait`;
    return `host "${host.name}" has told nobody at "${receiver}" yet: ${what} there (${reason}). It tries again with each look; see: selfhelp status`;
  });
}
