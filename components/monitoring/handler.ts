import type { Host } from "../../host/host";
import { Secret } from "../../host/secret";
import type { Site } from "../../host/site";
import type { Handler } from "../../provider/handler";
import { makeFolders, removeMonitor, start } from "./commands";
import type { MonitorInputs, MonitorState } from "./contract";
import { FirstLookFailed, MonitoringRemains } from "./errors";
import { monitorFiles } from "./files";
import { differencesOf } from "./live";
import { changeText, liveMonitoring, planMonitoring } from "./plan";
import { readLiveMonitor } from "./read-live";

/** What watches a host from inside: files and units are read, so that what somebody switched off by hand is drift. */
export const monitor: Handler<MonitorInputs, MonitorState> = {
  compared: ["differing"],

  check: () => [],

  async read(wanted, _was, { inventory: { host, site } }) {
    return liveMonitoring(await differing(host(wanted.host), site, wanted), wanted);
  },

  plan: planMonitoring,

  async act({ inputs: live }, wanted, { inventory: { host: named, site }, progress }) {
    const host = named(wanted.host);
    if (wanted.settings === null) {
      progress("removing the monitoring");
      await host.run(removeMonitor(site), { as: "root", purpose: "removing the monitoring", timeoutSeconds: 60 });
    } else {
      progress("setting up the monitoring");
      await setUp(host, site, wanted.settings);
    }
    const remaining = await differing(host, site, wanted);
    if (remaining.length > 0) throw new MonitoringRemains(host.name, site.app, remaining);
    const { monitoring } = liveMonitoring([], wanted).state;
    return { monitoring, change: changeText(live.differing, wanted) };
  },
};

async function differing(host: Host, site: Site, { settings }: MonitorInputs): Promise<string[]> {
  return differencesOf(await readLiveMonitor(host, site), settings === null ? [] : monitorFiles(site, settings), site);
}

/** @throws FirstLookFailed */
async function setUp(host: Host, site: Site, settings: string): Promise<void> {
  const options = { as: "root", purpose: "setting up the monitoring", timeoutSeconds: 180 };
  await host.run(makeFolders(site), options);
  for (const { path, mode, text } of monitorFiles(site, settings))
    await host.upload(new Secret(text), path, { mode, owner: "root:root", timeoutSeconds: 30 });
  const { exitCode, stdout } = await host.run(start(site), { ...options, expectedExitCodes: [0, 3] });
  if (exitCode === 3) throw new FirstLookFailed(host.name, site.app, stdout.trim().split("\n").slice(-10));
}
