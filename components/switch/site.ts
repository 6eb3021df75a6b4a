import { type Site, type Slot, slots } from "../../host/site";

/** A file that a host needs to serve a site; texts depend on nothing but the site and its server name. */
export interface SiteFile {
  path: string;
  /** Who must take notice when it changes. */
  of: "nginx" | "systemd" | "php-fpm";
  text: string;
}

/** Stands in the unit's text for the newest /usr/sbin/php-fpm* of the host. */
export const fpmProgram = "@PHP_FPM@";

export const fpmSocket = (site: Site, slot: Slot): string => `/run/${site.app}-fpm-${slot}/php.sock`;

/** Under this name 127.0.0.1:8080 is always this application's, whatever other ones the host has. */
export const candidateName = ({ app }: Pick<Site, "app">): string => `${app}.candidate`;

/** nginx asks the slot's php-fpm itself (127.0.0.1:8080 only); it answers "pong", whatever the slot holds. */
export const fpmPingPath = (slot: Slot): string => `/.fpm/${slot}`;

export const nginxErrorLog = (site: Site): string => `/var/log/nginx/${site.app}.error.log`;

/** What a site's vhosts depend on besides the site. */
export interface SiteOptions {
  /** Name that users reach the site under; "_" for a host that serves nothing else. */
  serverName: string;
  /** Addresses and networks that are served in a maintenance window, too. */
  admitted: readonly string[];
}

export function siteFiles(site: Site, options: SiteOptions): SiteFile[] {
  return [
    { path: `/etc/nginx/snippets/${site.app}.conf`, of: "nginx", text: snippet(site) },
    { path: `/etc/nginx/conf.d/${site.app}.conf`, of: "nginx", text: vhosts(site, options) },
    { path: `/etc/systemd/system/${site.app}-fpm@.service`, of: "systemd", text: unit(site) },
    ...slots.map((slot): SiteFile => ({ path: fpmConfig(site, slot), of: "php-fpm", text: pool(site, slot) })),
  ];
}

const fpmConfig = (site: Site, slot: Slot | "%i"): string => `/etc/${site.app}/fpm-${slot}.conf`;

const variable = (site: Site, name: string): string => `$${site.app.replace(/\W/g, "_")}_${name}`;

const written = `# Written by the deployment of this host: changes by hand are lost when it is set up again.\n`;

const vhosts = (site: Site, { serverName, admitted }: SiteOptions): string => `${written}
# Where the link leads. "set" alone would follow it twice for one value, and answer 500 when it is renamed in between; a map's value is kept.
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

server {
    listen 80${serverName === "_" ? " default_server" : ""};
    listen [::]:80${serverName === "_" ? " default_server" : ""};
    server_name ${serverName};
    root ${site.current}/public;
    access_log /var/log/nginx/${site.app}.access.log;
    error_log ${nginxErrorLog(site)};

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

# Users' vhost without the window, for this host's own checks: told apart by its address, on the socket of port 80.
server {
    listen 127.0.0.2:80;
    server_name ${serverName};
    root ${site.current}/public;
    access_log /var/log/nginx/${site.app}.access.log;
    error_log ${nginxErrorLog(site)};

    include snippets/${site.app}.conf;
}

server {
    listen 127.0.0.1:8080;
    server_name ${candidateName(site)} ${serverName};
    root ${site.candidate}/public;
    access_log /var/log/nginx/${site.app}-candidate.access.log;
    error_log /var/log/nginx/${site.app}-candidate.error.log;

    include snippets/${site.app}.conf;
${slots.map((slot) => ping(site, slot)).join("")}}
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

/** Within single quotes of nginx. */
const page =
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Back in a minute</title>` +
  `<body style="font-family: sans-serif; max-width: 32em; margin: 15vh auto; padding: 1em"><h1>Back in a minute</h1>` +
  String.raw`<p>The service is being updated. Please try again in a minute.</p></body></html>\n`;

const snippet = (site: Site): string => `${written}
# Read once for each request, here where the server's root is in force: no request sees two releases. Empty while the link leads nowhere.
set $release_root ${variable(site, "link")};

keepalive_timeout 65s;
client_max_body_size 32m;
error_page 503 ${variable(site, "unavailable")};

location / {
    if ($release_root = "") {
        return 503;
    }
    root $release_root;
    try_files $uri @application;
}

location @application {
    root $release_root;
    rewrite ^ /index.php break;
    include fastcgi_params;
    fastcgi_param SCRIPT_FILENAME $release_root/index.php;
    fastcgi_param HTTP_PROXY "";
    fastcgi_pass ${variable(site, "fpm")};
}

# Nothing but the front controller is ever executed, and no other script's source is shown.
location ~ \\.php(/|$) {
    return 404;
}

location ~ /\\.(?!well-known/) {
    return 404;
}

location @unavailable {
    default_type application/json;
    add_header Retry-After 60 always;
    add_header Cache-Control no-store always;
    return 503 '{"status":503,"message":"The service is being updated. Please try again in a minute."}\\n';
}

location @unavailable_page {
    default_type text/html;
    charset utf-8;
    add_header Retry-After 60 always;
    add_header Cache-Control no-store always;
    return 503 '${page}';
}
`;

// A slot's code changes only by a build, after which its php-fpm is restarted: opcache need not look at the files again.
const unit = (site: Site): string => `${written}
[Unit]
Description=php-fpm of ${site.app}, slot %i
After=network.target

[Service]
Type=notify
ExecStart=${fpmProgram} --nodaemonize --fpm-config ${fpmConfig(site, "%i")} -d opcache.enable=1 -d opcache.validate_timestamps=0 -d opcache.memory_consumption=192 -d opcache.max_accelerated_files=20000 -d realpath_cache_size=4096K -d realpath_cache_ttl=600
ExecReload=/bin/kill -USR2 $MAINPID
KillSignal=SIGQUIT
TimeoutStopSec=20
Restart=on-failure
RuntimeDirectory=${site.app}-fpm-%i

[Install]
WantedBy=multi-user.target
`;

const pool = (site: Site, slot: Slot): string => `; ${written.slice(2)}
[global]
; journalctl -u ${site.app}-fpm@${slot}
error_log = syslog
syslog.ident = ${site.app}-fpm-${slot}
; A request under way may take this long to end when php-fpm is reloaded or stopped.
process_control_timeout = 10s
emergency_restart_threshold = 10
emergency_restart_interval = 1m

[${slot}]
user = ${site.runtimeUser}
group = ${site.runtimeUser}
listen = ${fpmSocket(site, slot)}
listen.owner = ${site.runtimeUser}
listen.group = ${site.runtimeUser}
listen.mode = 0660
; Starts while the slot is empty, too.
chdir = /
pm = dynamic
pm.max_children = 20
pm.start_servers = 4
pm.min_spare_servers = 2
pm.max_spare_servers = 6
pm.max_requests = 1000
ping.path = /ping
ping.response = pong
catch_workers_output = yes
decorate_workers_output = no
php_admin_flag[expose_php] = off
php_admin_flag[display_errors] = off
php_admin_flag[log_errors] = on
php_admin_value[memory_limit] = 256M
php_admin_value[post_max_size] = 32M
php_admin_value[upload_max_filesize] = 32M
`;
