import { z } from "zod";
import { line } from "../config-parts";
import { webConfig } from "./web-config";

/** What of a stack's config says how a host is hardened. */

const plain = line
  .regex(/^(?!\/)(?!(.*\/)?\.{1,2}(\/|$))(?!.*\/\/)(?!.*\/$)/, 'must be a path inside the release in its plain form, for example "var"')
  .regex(/^[^*?[\]\\]*$/, "must be a path, not a pattern: all below it is meant anyway");

const pattern = line
  .regex(/^(?!\/)(?!(.*\/)?\.{1,2}(\/|$))(?!.*\/\/)(?!.*\/$)/, 'must be a pattern inside the release, for example "config/jwt/*.pem"')
  .regex(/^[^/]*[A-Za-z0-9][^/]*(\/[^/]*[A-Za-z0-9][^/]*)*$/, 'must name something at each level: "*" alone would be everything');

/** Left by development in a release; of no use on a host, and of some to an attacker. */
const developmentFiles = [
  "tests",
  "phpunit.xml",
  "phpunit.xml.dist",
  "phpunit.dist.xml",
  ".env.dev",
  ".env.test",
  ".git",
  ".github",
  ".gitlab-ci.yml",
  "Dockerfile",
  "docker-compose*.yml",
  "docker-compose*.yaml",
  "compose.yaml",
  "compose.*.yaml",
];

const permissionsConfig = z
  .strictObject({
    /** Whether owners and modes are looked at, and corrected, at all. */
    enabled: z.boolean("must be true or false").default(true),
    /** Paths in a release that PHP may write in, by their modes and in the sandbox; default: var, and the shared folders without secrets. */
    writable: z.array(plain).optional(),
    /** Nobody but root and PHP reads these. `*` stands for any part of one name. */
    secrets: z.array(pattern).default([".env*", "config/jwt/*.pem"]),
    /** Removed from a release once it is built; [] for none. */
    developmentFiles: z.array(pattern).default(developmentFiles),
  })
  .superRefine(({ writable = ["var"], secrets }, context) =>
    secrets.forEach((secret, index) => {
      const folder = writable.find((path) => secret.startsWith(`${path}/`));
      const message = `lies in ${folder}, which PHP may write in: it can't be root's there`;
      if (folder !== undefined) context.addIssue({ code: "custom", path: ["secrets", index], message });
    }),
  );

/** `hardening` */
export const hardeningConfig = z.strictObject({
  /** Owners and modes of a release's files. */
  permissions: permissionsConfig.prefault({}),
  ...webConfig,
});

export type PermissionsConfig = z.infer<typeof permissionsConfig>;
