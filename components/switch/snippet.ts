import type { Site } from "../../host/site";
import { headersPath } from "../hardening/headers";
import { loginRateLines } from "../hardening/login-rate";
import { variable } from "../hardening/nginx";
import type { Web } from "../hardening/web-config";

/** What users' server and the candidate's have in common, for nginx's server level. */
export const snippet = (site: Site, web: Web): string => `include ${headersPath(site)};
server_tokens off;

# Read once for each request, here where the server's root is in force: no request sees two releases. Empty while the link leads nowhere.
set $release_root ${variable(site, "link")};

keepalive_timeout 65s;
client_max_body_size ${web.bodyMegabytes}m;
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
    fastcgi_param HTTP_PROXY "";${web.tls === undefined ? "" : tlsParameter}
    fastcgi_pass ${variable(site, "fpm")};
}

location ^~ /.well-known/acme-challenge/ {
    root ${site.acme};
    default_type text/plain;
    try_files $uri =404;
}

# Nothing but the front controller is ever executed, and no script's source is shown, whatever it is called.
location ~* \\.(php\\d?|phtml|phar|inc)(/|$) {
    return 404;
}

# What editors, dumps and people in a hurry leave behind.
location ~* (~|\\.(bak|old|orig|save|swp|sql|dump)(\\.[a-z0-9]+)?)$ {
    return 404;
}

location ~ /\\.(?!well-known/) {
    return 404;
}

location @unavailable {
    default_type application/json;
    include ${headersPath(site)};
    add_header Retry-After 60 always;
    add_header Cache-Control no-store always;
    return 503 '{"status":503,"message":"The service is being updated. Please try again in a minute."}\\n';
}

location @unavailable_page {
    default_type text/html;
    charset utf-8;
    include ${headersPath(site)};
    add_header Retry-After 60 always;
    add_header Cache-Control no-store always;
    return 503 '${page}';
}
${loginRateLines(site, web)}`;

/** This host's own checks are made without TLS, and the application is to answer them as it answers users. */
const tlsParameter = `
    fastcgi_param HTTPS on;`;

/** Within single quotes of nginx. */
const page =
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Back in a minute</title>` +
  `<body style="font-family: sans-serif; max-width: 32em; margin: 15vh auto; padding: 1em"><h1>Back in a minute</h1>` +
  String.raw`<p>The service is being updated. Please try again in a minute.</p></body></html>\n`;
