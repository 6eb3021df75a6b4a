import type { Site } from "../../host/site";
import type { Web } from "./web-config";

/** Stands in the unit's text for a folder made by hand that users are served from before the first switch; without one, its line is left out. */
export const folderByHand = "@BY_HAND@";

/**
 * What a slot's php-fpm may do on its host, for the unit's [Service]. A slot's folders are bound when the service starts: one that is made or
 * replaced later is writable from the next start on, which each build ends with.
 * Left out on purpose: RemoveIPC and PrivateIPC (locks that the application shares with its other slot and its cron jobs).
 */
export const sandbox = (site: Site, { service: { writable, memoryMegabytes } }: Web): string =>
  [
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "ProtectSystem=strict",
    ...[`/var/www/${site.app}-%i`, site.shared, folderByHand].map((folder) => `ReadWritePaths=${within(folder, writable)}`),
    "ReadWritePaths=-/var/lib/php/sessions",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "ProtectHome=yes",
    "ProtectProc=invisible",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "KeyringMode=private",
    "LockPersonality=yes",
    "MemoryDenyWriteExecute=yes",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@privileged @resources",
    // PHP's rename() needs it, from one of these folders to another one, to keep the owner.
    "SystemCallFilter=@chown",
    // What a release tries in vain is its error, not its end.
    "SystemCallErrorNumber=EPERM",
    "UMask=0027",
    "LimitNOFILE=8192",
    "TasksMax=128",
    ...(memoryMegabytes === undefined ? [] : [`MemoryMax=${memoryMegabytes}M`]),
  ].join("\n");

/** "-": one that isn't there is passed over. */
const within = (folder: string, paths: readonly string[]): string => paths.map((path) => `"-${folder}/${escaped(path)}"`).join(" ");

const escaped = (path: string): string => path.replaceAll("%", "%%").replace(/["\\]/g, "\\$&");
