import { type Site, type Slot, slots } from "../../host/site";
import { headerMaps } from "../hardening/headers";
import { loginRateMaps } from "../hardening/login-rate";
import { variable } from "../hardening/nginx";
import { tlsLines, tlsMap } from "../hardening/tls";
import { candidateName, fpmPingPath, fpmSocket, nginxErrorLog, type SiteOptions } from "./site";

/** For nginx's http level: who is served what from where, and each server. */
export const vhosts = (site: Site, options: Required<SiteOptions>): string => `${maps(site, options)}
${usersServer(site, options)}
# Users' vhost without the window, for this host's own checks: told apart by its address, on the socket of port 80.
server {
    listen 127.0.0.2:80;
    server_name ${options.serverName};
    root ${site.current}/public;
    access_log /var/log/nginx/${site.app}.access.log;
    error_log ${nginxErrorLog(site)};

    include snippets/${site.app}.conf;
}

server {
    listen 127.0.0.1:8080;
    server_name ${candidateName(site)} ${options.serverName};
    root ${site.candidate}/public;
    access_log /var/log/nginx/${site.app}-candidate.access.log;
    error_log /var/log/nginx/${site.app}-candidate.error.log;

    include snippets/${site.app}.conf;
${slots.map((slot) => ping(site, slot)).join("")}}
`;

const maps = (
  site: Site,
  { admitted, web }: Required<SiteOptions>,
): string => `# Where the link leads. "set" alone would follow it twice for one value, and answer 500 when it is renamed in between; a map's value is kept.
map "" ${variable(site, "link")} {
    default $realpath_root;
}

# A release is served by the php-fpm of the slot it stands in, so that renaming the link switches code and processes at once, without a reload.
# The first release goes to blue: until then a folder made by hand is served by the other one.
map $release_root ${variable(site, "fpm")} {
    default unix:${fpmSocket(site, "green")};
    ~/${site.app}-blue/public$ unix:${fpmSocket(site, "blue")};
}

# What users are told while they can't be served: a page where they ask for one.
map $http_accept ${variable(site, "unavailable")} {
    default @unavailable;
    ~text/html @unavailable_page;
}

# Who is served in a maintenance window.
geo ${variable(site, "admitted")} {
    default 0;
${admitted.map((address) => `    ${address} 1;\n`).join("")}}

${headerMaps(site, web)}${tlsMap(site, web)}${loginRateMaps(site, web)}`;

const usersServer = (site: Site, { serverName, web }: Required<SiteOptions>): string => `server {
    listen 80${serverName === "_" ? " default_server" : ""};
    listen [::]:80${serverName === "_" ? " default_server" : ""};
    server_name ${serverName};
    root ${site.current}/public;
    access_log /var/log/nginx/${site.app}.access.log;
    error_log ${nginxErrorLog(site)};
${tlsLines(site, web, serverName)}
    set $closed 0;
    if (-f ${site.maintenanceFile}) {
        set $closed 1;
    }
    if (${variable(site, "admitted")}) {
        set $closed 0;
    }
    if ($closed) {
        return 503;
    }
    include snippets/${site.app}.conf;
}
`;

const ping = (site: Site, slot: Slot): string => `
    location = ${fpmPingPath(slot)} {
        access_log off;
        fastcgi_param REQUEST_METHOD GET;
        fastcgi_param SCRIPT_NAME /ping;
        fastcgi_param SCRIPT_FILENAME /ping;
        fastcgi_pass unix:${fpmSocket(site, slot)};
    }
`;
