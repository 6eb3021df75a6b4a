import type { Site } from "../../host/site";
import { lockOf } from "../../host/lock";
import { logOf } from "../audit/commands";
import type { MonitoringConfig } from "./config";
import { pathsOf } from "./files";
import type { Receiver, Settings } from "./contract";

/** What of a stack is the same on all of its hosts. */
export interface Common extends Pick<Settings, "stack" | "url" | "application"> {
  site: Site;
  monitoring: MonitoringConfig;
}

/** @param database where this host reaches it; null: another one does */
export function settingsOf({ site, monitoring, stack, url, application }: Common, host: string, database: Settings["database"]): Settings {
  const { everySeconds, threshold, stillDownSeconds, windowSeconds, deployments, heartbeat } = monitoring;
  return {
    ...{ app: site.app, stack, host, url, everySeconds, application, database },
    ...{ current: site.current, slots: site.slot, maintenanceFile: site.maintenanceFile },
    ...{ threshold, stillDownSeconds, windowSeconds: windowSeconds ?? null, deployments },
    receivers: receiversOf(monitoring),
    heartbeat: heartbeat ?? null,
    metricsDirectory: monitoring.metricsDirectory ?? null,
    ...{ log: logOf(site), lock: lockOf(site), state: pathsOf(site).state },
  };
}

const receiversOf = ({ slack, webhook, email }: MonitoringConfig): Receiver[] => [
  ...(slack === undefined ? [] : [{ name: "slack" as const, url: slack }]),
  ...(webhook === undefined ? [] : [{ name: "webhook" as const, ...webhook }]),
  ...(email === undefined ? [] : [{ name: "email" as const, ...email }]),
];
