import { type Site, slots } from "../../host/site";
import { headersPath, headersSnippet } from "../hardening/headers";
import { usualWeb } from "../hardening/web-config";
import { fpmConfig, pool, unit } from "./fpm";
import type { SiteOptions } from "./site";
import { snippet } from "./snippet";
import { vhosts } from "./vhosts";

/** A file that a host needs to serve a site; texts depend on nothing but the site and its options. */
export interface SiteFile {
  path: string;
  /** Who must take notice when it changes. */
  of: "nginx" | "systemd" | "php-fpm";
  text: string;
}

export function siteFiles(site: Site, { web = usualWeb, ...options }: SiteOptions): SiteFile[] {
  const files: SiteFile[] = [
    { path: `/etc/nginx/${headersPath(site)}`, of: "nginx", text: headersSnippet(site, web) },
    { path: `/etc/nginx/snippets/${site.app}.conf`, of: "nginx", text: snippet(site, web) },
    { path: `/etc/nginx/conf.d/${site.app}.conf`, of: "nginx", text: vhosts(site, { ...options, web }) },
    { path: `/etc/systemd/system/${site.app}-fpm@.service`, of: "systemd", text: unit(site, web) },
  ];
  return [
    ...files.map((file) => ({ ...file, text: `# ${written}\n${file.text}` })),
    ...slots.map((slot): SiteFile => ({ path: fpmConfig(site, slot), of: "php-fpm", text: `; ${written}\n${pool(site, slot, web)}` })),
  ];
}

const written = "Written by the deployment of this host: changes by hand are lost when it is set up again.\n";
