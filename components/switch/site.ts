import type { Site, Slot } from "../../host/site";
import type { Web } from "../hardening/web-config";

/** Names that a site's parts on its host know each other by. */

export const fpmSocket = (site: Site, slot: Slot): string => `/run/${site.app}-fpm-${slot}/php.sock`;

/** Under this name 127.0.0.1:8080 is always this application's, whatever other ones the host has. */
export const candidateName = ({ app }: Pick<Site, "app">): string => `${app}.candidate`;

/** nginx asks the slot's php-fpm itself (127.0.0.1:8080 only); it answers "pong", whatever the slot holds. */
export const fpmPingPath = (slot: Slot): string => `/.fpm/${slot}`;

export const nginxErrorLog = (site: Site): string => `/var/log/nginx/${site.app}.error.log`;

/** What a site's files depend on besides the site. */
export interface SiteOptions {
  /** Name that users reach the site under; "_" for a host that serves nothing else. */
  serverName: string;
  /** Addresses and networks that are served in a maintenance window, too. */
  admitted: readonly string[];
  /** Headers, TLS, limits and the sandbox; default: what an empty config gives. */
  web?: Web;
}
