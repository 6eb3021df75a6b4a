/** A slot is one of the two folders (and php-fpm services) that a release can be served from. */
export type Slot = "blue" | "green";

export const slots: readonly Slot[] = ["blue", "green"];

/** Where things are on a host; every path follows from the application's name alone. */
export interface Site {
  app: string;
  /** Folder of a slot: /var/www/APP-blue */
  slot: Record<Slot, string>;
  /** Symlink to the slot that users are served from. */
  current: string;
  /** Symlink to the slot that answers on 127.0.0.1:8080. */
  candidate: string;
  /** What all releases share: uploads, keys, .env.local. */
  shared: string;
  backups: string;
  /** The tool's own state: lock, repository, audit log. */
  state: string;
  /** Webroot of who asks for the site's certificates: nginx answers /.well-known/acme-challenge/ from there, without TLS. */
  acme: string;
  /** nginx answers 503 while this file exists. */
  maintenanceFile: string;
  /** User that php-fpm and the build run as. */
  runtimeUser: string;
}

export function siteOf(app: string): Site {
  const www = `/var/www/${app}`;
  return {
    app,
    slot: { blue: `${www}-blue`, green: `${www}-green` },
    current: `${www}-current`,
    candidate: `${www}-candidate`,
    shared: `${www}-shared`,
    backups: `/var/backups/${app}`,
    state: `/var/lib/${app}`,
    acme: `${www}-acme`,
    maintenanceFile: `/var/lib/${app}/maintenance`,
    runtimeUser: "www-data",
  };
}

/** systemd unit of a slot's php-fpm. */
export const fpmUnit = (app: string, slot: Slot): string => `${app}-fpm@${slot}.service`;

export const otherSlot = (slot: Slot): Slot => (slot === "blue" ? "green" : "blue");
