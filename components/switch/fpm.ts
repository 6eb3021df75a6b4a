import type { Site, Slot } from "../../host/site";
import { sandbox } from "../hardening/sandbox";
import type { Web } from "../hardening/web-config";
import { fpmSocket } from "./site";

/** Stands in the unit's text for the newest /usr/sbin/php-fpm* of the host. */
export const fpmProgram = "@PHP_FPM@";

export const fpmConfig = (site: Site, slot: Slot | "%i"): string => `/etc/${site.app}/fpm-${slot}.conf`;

/**
 * The service of either slot. Its code changes only by a build, after which php-fpm is restarted: opcache need not look at the files again.
 * Nothing of it is root, so that it needs no capabilities; a reload is, for one that began as root, before it was set up like this.
 * pcre.jit is off since the sandbox lets nothing be both written and executed.
 */
export const unit = (site: Site, web: Web): string => `[Unit]
Description=php-fpm of ${site.app}, slot %i
After=network.target

[Service]
Type=notify
User=${site.runtimeUser}
Group=${site.runtimeUser}
ExecStart=${fpmProgram} --nodaemonize --fpm-config ${fpmConfig(site, "%i")} -d opcache.enable=1 -d opcache.validate_timestamps=0 -d opcache.memory_consumption=192 -d opcache.max_accelerated_files=20000 -d realpath_cache_size=4096K -d realpath_cache_ttl=600 -d pcre.jit=0
ExecReload=+/bin/kill -USR2 $MAINPID
KillSignal=SIGQUIT
TimeoutStopSec=20
Restart=on-failure
RuntimeDirectory=${site.app}-fpm-%i
${sandbox(site, web)}

[Install]
WantedBy=multi-user.target
`;

export const pool = (site: Site, slot: Slot, { bodyMegabytes, service: { maxChildren, memoryLimitMegabytes } }: Web): string => `[global]
; journalctl -u ${site.app}-fpm@${slot}
error_log = syslog
syslog.ident = ${site.app}-fpm-${slot}
; A request under way may take this long to end when php-fpm is reloaded or stopped.
process_control_timeout = 10s
emergency_restart_threshold = 10
emergency_restart_interval = 1m

[${slot}]
; For a php-fpm that began as root, before it was set up like this.
user = ${site.runtimeUser}
group = ${site.runtimeUser}
listen = ${fpmSocket(site, slot)}
listen.owner = ${site.runtimeUser}
listen.group = ${site.runtimeUser}
listen.mode = 0660
; Starts while the slot is empty, too.
chdir = /
pm = dynamic
pm.max_children = ${maxChildren}
pm.start_servers = ${Math.ceil(maxChildren / 5)}
pm.min_spare_servers = ${Math.ceil(maxChildren / 10)}
pm.max_spare_servers = ${Math.ceil(maxChildren * 0.3)}
pm.max_requests = 1000
ping.path = /ping
ping.response = pong
catch_workers_output = yes
decorate_workers_output = no
php_admin_flag[expose_php] = off
php_admin_flag[display_errors] = off
php_admin_flag[log_errors] = on
php_admin_value[memory_limit] = ${memoryLimitMegabytes}M
php_admin_value[post_max_size] = ${bodyMegabytes}M
php_admin_value[upload_max_filesize] = ${bodyMegabytes}M
`;
