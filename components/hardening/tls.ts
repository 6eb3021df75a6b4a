import type { Site } from "../../host/site";
import { variable } from "./nginx";
import type { Web } from "./web-config";

/** Which requests are answered with where the site is over TLS: those of port 80, but for an ACME server's and this host's own checks. */
export const tlsMap = (site: Site, { tls }: Web): string =>
  tls === undefined
    ? ""
    : `map "$https $server_addr $uri" ${variable(site, "to_tls")} {
    default 1;
    "~^on " 0;
    "~^ 127\\.0\\.0\\.1 " 0;
    "~^ \\S+ /\\.well-known/acme-challenge/" 0;
}
`;

/**
 * What makes users' server one of TLS, too: Mozilla's "intermediate" profile (guideline 5.7, https://ssl-config.mozilla.org), without its DHE suites,
 * which would need a file of parameters.
 */
export const tlsLines = (site: Site, { tls }: Web, serverName: string): string =>
  tls === undefined
    ? ""
    : `
    listen 443 ssl http2${serverName === "_" ? " default_server" : ""};
    listen [::]:443 ssl http2${serverName === "_" ? " default_server" : ""};
    ssl_certificate ${tls.certificatePath};
    ssl_certificate_key ${tls.keyPath};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ${ciphers.join(":")};
    ssl_ecdh_curve X25519:prime256v1:secp384r1;
    ssl_prefer_server_ciphers off;
    ssl_session_timeout 1d;
    ssl_session_cache shared:${site.app}:10m;
    ssl_session_tickets off;

    # 308: what is sent by POST is sent so again.
    if (${variable(site, "to_tls")}) {
        return 308 https://${serverName === "_" ? "$host" : serverName}$request_uri;
    }
`;

const ciphers = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
];
