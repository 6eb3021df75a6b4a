import type { Site } from "../../host/site";
import { quoted, variable } from "./nginx";
import type { Web } from "./web-config";

interface Header {
  name: string;
  text: string;
  /** End of the variable's name that holds it. */
  key: string;
}

/** Where `headersSnippet` is, as nginx includes it. */
export const headersPath = ({ app }: Site): string => `snippets/${app}-headers.conf`;

/**
 * For nginx's http level: each header's text, or nothing where the application has set that header itself: it knows its pages better, and two of
 * them would be read as the stricter of both, or not at all.
 */
export const headerMaps = (site: Site, web: Web): string =>
  headersOf(web)
    .map(({ name, text, key }) => {
      const own = `$upstream_http_${name.toLowerCase().replaceAll("-", "_")}`;
      // Browsers must not take it from an answer that anybody could have written.
      const [asked, when] = name === "Strict-Transport-Security" ? [`"$https${own}"`, `"on"`] : [own, `""`];
      return `map ${asked} ${variable(site, key)} {\n    ${when} ${quoted(text)};\n}\n`;
    })
    .join("");

/** Included by each server, and by each location that adds a header of its own: that one would be the only one there. */
export const headersSnippet = (site: Site, web: Web): string =>
  headersOf(web)
    .map(({ name, key }) => `add_header ${name} ${variable(site, key)} always;\n`)
    .join("");

function headersOf({ headers, tls }: Web): Header[] {
  const { hsts, contentSecurityPolicy, reportOnly, frameOptions, referrerPolicy, permissionsPolicy } = headers;
  const age = `max-age=${hsts.maxAgeSeconds}${hsts.includeSubDomains ? "; includeSubDomains" : ""}`;
  return [
    ...(tls === undefined ? [] : [{ name: "Strict-Transport-Security", text: age, key: "hsts" }]),
    {
      name: `Content-Security-Policy${reportOnly ? "-Report-Only" : ""}`,
      text: contentSecurityPolicy ?? usualPolicy(frameOptions),
      key: "csp",
    },
    { name: "X-Content-Type-Options", text: "nosniff", key: "nosniff" },
    { name: "X-Frame-Options", text: frameOptions, key: "frames" },
    { name: "Referrer-Policy", text: referrerPolicy, key: "referrer" },
    { name: "Permissions-Policy", text: permissionsPolicy, key: "permissions" },
  ];
}

/** The page of the maintenance window has its style in it. */
const usualPolicy = (frameOptions: Web["headers"]["frameOptions"]): string =>
  [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    `frame-ancestors ${frameOptions === "DENY" ? "'none'" : "'self'"}`,
  ].join("; ");
