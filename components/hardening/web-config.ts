import { z } from "zod";
import { between, line } from "../config-parts";

/** What of a stack's config says how web server and php-fpm are hardened (`hardening`). */

const yesOrNo = z.boolean("must be true or false");
const headerText = line.regex(/^[\x20-\x23\x25-\x5b\x5d-\x7e]*$/, 'must be a header\'s text in plain ASCII, without "$" and "\\"');
const hostPath = line.regex(/^\/(?!.*(^|\/)\.\.(\/|$))[A-Za-z0-9._/@+-]+$/, 'must be a path on the hosts, for example "/etc/ssl/site.pem"');
const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'must be an address or a network, for example "203.0.113.0/24"',
});

const headers = z.strictObject({
  /** Strict-Transport-Security; sent over TLS alone, and so only with `tls`. */
  hsts: z
    .strictObject({
      /** How long browsers use TLS alone. */
      maxAgeSeconds: between(0, 63_072_000, "a number of seconds").default(31_536_000),
      /** Whether that holds for what is below the name, too. */
      includeSubDomains: yesOrNo.default(false),
    })
    .prefault({}),
  /** Default: what a JSON API with an admin page of its own needs, framed by whom `frameOptions` allows. */
  contentSecurityPolicy: headerText.optional(),
  /** Browsers only report what the policy would forbid. */
  reportOnly: yesOrNo.default(false),
  /** X-Frame-Options: who may frame the site. */
  frameOptions: z.enum(["DENY", "SAMEORIGIN"], { error: 'must be "DENY" or "SAMEORIGIN"' }).default("DENY"),
  /** Referrer-Policy. */
  referrerPolicy: headerText.default("strict-origin-when-cross-origin"),
  /** Permissions-Policy. */
  permissionsPolicy: headerText.default("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
});

const loginRate = z.strictObject({
  /** Default: the paths of `logins`, else /cms-api/v1/auth/login. */
  paths: z
    .array(line.regex(/^\/[A-Za-z0-9._~/-]*$/, 'must be a path of the application, for example "/cms-api/v1/auth/login"'))
    .min(1, "must name at least one path")
    .optional(),
  /** Of one client's address. */
  perMinute: between(1, 600, "a number").default(10),
  /** So many more are served at once. */
  burst: between(0, 1000, "a number").default(10),
});

/** Each key of `hardening` that is about web server and php-fpm. */
export const webConfig = {
  /** Headers of every answer to users; where the application sends one of its own, that one is kept. */
  headers: headers.prefault({}),
  /** TLS ends at this nginx; default: in front of it. Paths on the hosts; the certificate with its chain. */
  tls: z
    .strictObject({
      /** PEM file. */
      certificatePath: hostPath,
      /** PEM file. */
      keyPath: hostPath,
    })
    .optional(),
  /**
   * How often a client may try to log in, who is answered 429 beyond it; false: as often as it likes. Default: 10 a minute, where clients can be told
   * apart: not behind a proxy that `proxies` doesn't name.
   */
  loginRate: z.union([z.literal(false), loginRate], { error: 'must be false, or like {"perMinute": 10, "burst": 10}' }).optional(),
  /** Addresses of proxies in front: for `loginRate`, the client is whom the last of X-Forwarded-For names. */
  proxies: z.array(network).default([]),
  /** Largest body of a request, and largest upload. */
  bodyMegabytes: between(1, 10_240, "a number of megabytes").default(32),
  /** php-fpm of each slot, and its sandbox. */
  service: z
    .strictObject({
      /** Requests that are answered at a time (php-fpm's pm.max_children). */
      maxChildren: between(1, 10_000, "a number").default(20),
      /** What one request may use (PHP's memory_limit). */
      memoryLimitMegabytes: between(16, 1_048_576, "a number of megabytes").default(256),
      /** What each slot's php-fpm may use in all; default: no limit. */
      memoryMegabytes: between(64, 1_048_576, "a number of megabytes").optional(),
    })
    .prefault({}),
};

const webSchema = z.strictObject(webConfig);
type WebConfig = z.infer<typeof webSchema>;

/** The same, with nothing left to look up elsewhere. */
export interface Web extends Omit<WebConfig, "loginRate" | "service"> {
  /** null: there is no limit. */
  loginRate: { paths: readonly string[]; perMinute: number; burst: number } | null;
  /** `writable`: paths in a release that PHP may write in. */
  service: WebConfig["service"] & { writable: readonly string[] };
}

/** What of the rest of the config bears on it. */
interface Surroundings {
  logins: Readonly<Record<string, { path: string }>>;
  /** Paths in a release that PHP may write in. */
  writable: readonly string[];
  /** Where users reach the application. */
  url?: string | undefined;
  hosts: readonly unknown[];
}

const usualLogin = "/cms-api/v1/auth/login";

export function webOf(config: WebConfig, { logins, writable, url, hosts }: Surroundings): Web {
  const { service, proxies, tls } = config;
  const paths = [...new Set(Object.values(logins).map(({ path }) => path.replace(/\?.*/, "")))];
  // Behind a proxy that nobody has named all users are one client: a limit would lock them all out.
  const isBlind = proxies.length === 0 && (hosts.length > 1 || (url?.startsWith("https:") === true && tls === undefined));
  const rate = config.loginRate ?? (isBlind ? false : loginRate.parse({}));
  return {
    ...config,
    loginRate: rate === false ? null : { ...rate, paths: rate.paths ?? (paths.length > 0 ? paths : [usualLogin]) },
    service: { ...service, writable },
  };
}

/** What an empty config gives. */
export const usualWeb: Web = webOf(webSchema.parse({}), { logins: {}, writable: ["var", "public/uploads"], hosts: [] });
