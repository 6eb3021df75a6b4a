import type { Site } from "../../host/site";
import type { Settings } from "./contract";
import { script } from "./script";

/** A file that monitoring is made of, on its host; root's. */
export interface MonitorFile {
  path: string;
  /** Octal digits. */
  mode: string;
  text: string;
}

export const serviceOf = ({ app }: Pick<Site, "app">): string => `${app}-monitor.service`;
export const timerOf = ({ app }: Pick<Site, "app">): string => `${app}-monitor.timer`;

/** What a host would have, whether it has it or not. */
export const pathsOf = (site: Site): { settings: string; program: string; service: string; timer: string; state: string } => ({
  settings: `/etc/${site.app}/monitor.json`,
  program: `/usr/local/lib/${site.app}/monitor.php`,
  service: `/etc/systemd/system/${serviceOf(site)}`,
  timer: `/etc/systemd/system/${timerOf(site)}`,
  state: `${site.state}/monitoring`,
});

/** All that a host needs. @param settings JSON of `Settings`; it has secrets, so that only root reads it */
export function monitorFiles(site: Site, settings: string): MonitorFile[] {
  const paths = pathsOf(site);
  const parsed = JSON.parse(settings) as Settings;
  return [
    { path: paths.program, mode: "755", text: script },
    { path: paths.settings, mode: "600", text: `${settings}\n` },
    { path: paths.service, mode: "644", text: service(site, parsed) },
    { path: paths.timer, mode: "644", text: timer(site, parsed) },
  ];
}

const written = "# Written by the deployment of this host: changes by hand are lost when it is set up again.\n";

/**
 * Root: it reads the slots' markers, the audit log and who holds the lock. What the journal is told of each look is its failure alone. A program that
 * sends mail may have to become somebody else for it.
 */
const service = (site: Site, { receivers }: Settings): string => `${written}
[Unit]
Description=Look at ${site.app}, and tell somebody when it is down
After=network.target
# By default a fifth start within 10 s would be refused, and the timer would stop for good.
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart=/usr/bin/env php ${pathsOf(site).program} ${pathsOf(site).settings}
TimeoutStartSec=120
SyslogLevel=warning
LogLevelMax=notice
ProtectSystem=full
ProtectHome=read-only
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
PrivateTmp=yes
PrivateDevices=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
LockPersonality=yes
${receivers.some(({ name }) => name === "email") ? "" : "NoNewPrivileges=yes\n"}`;

/** Counted from look to look, whatever the clock does; the first comes when the host has started. */
const timer = (site: Site, { everySeconds }: Settings): string => `${written}
[Unit]
Description=Look at ${site.app} every ${everySeconds} s

[Timer]
OnActiveSec=${everySeconds}
OnUnitActiveSec=${everySeconds}
AccuracySec=1s

[Install]
WantedBy=timers.target
`;
