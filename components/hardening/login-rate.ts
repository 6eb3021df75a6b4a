import type { Site } from "../../host/site";
import { headersPath } from "./headers";
import { literally, variable } from "./nginx";
import type { Web } from "./web-config";

/** For nginx's http level: who is counted. This host's own checks are not, nor is a browser's question whether it may ask. */
export function loginRateMaps(site: Site, { loginRate, proxies }: Web): string {
  if (loginRate === null) return "";
  const [proxied, client, login] = ["proxied", "client", "login"].map((name) => variable(site, name));
  return `geo $remote_addr ${proxied} {
    default 0;
${proxies.map((address) => `    ${address} 1;\n`).join("")}}
map "${proxied} $http_x_forwarded_for" ${client} {
    default $remote_addr;
    "~^1 (?:.*[, ])?([0-9A-Fa-f.:]+)$" $1;
}
map "$request_method ${client} $uri" ${login} {
    default "";
    "~^OPTIONS " "";
    "~^\\S+ (?:127\\.0\\.0\\.1|::1) " "";
    "~^\\S+ (\\S+) (?:${loginRate.paths.map(literally).join("|")})$" $1;
}
limit_req_zone ${login} zone=${site.app}_login:10m rate=${loginRate.perMinute}r/m;
`;
}

/** For nginx's server level. */
export const loginRateLines = (site: Site, { loginRate }: Web): string =>
  loginRate === null
    ? ""
    : `
limit_req zone=${site.app}_login${loginRate.burst === 0 ? "" : ` burst=${loginRate.burst} nodelay`};
limit_req_status 429;
# Below what counts as an error of a release when it is validated.
limit_req_log_level warn;
error_page 429 @limited;

location @limited {
    default_type application/json;
    include ${headersPath(site)};
    add_header Retry-After ${Math.ceil(60 / loginRate.perMinute)} always;
    add_header Cache-Control no-store always;
    return 429 '{"status":429,"message":"Too many attempts to log in. Please try again in a minute."}\\n';
}
`;
