import { z } from "zod";
import { accessConfig } from "../access/config";
import { between, line, seconds, text } from "../config-parts";
import { hardeningConfig } from "../hardening/config";
import { monitoringConfig } from "../monitoring/config";
import { offsiteConfig } from "../offsite/config";
import { preflightConfig } from "../preflight/config";
import { protectConfig } from "../protect/config";
import { rolloutConfig } from "../rollout/config";
import {
  checksConfig,
  commandChecksConfig,
  healthConfig,
  integrationTestConfig,
  loginsConfig,
  validationConfig,
} from "../validation/config";
import { type Problem, problemOf } from "./config-problems";
import { serversWithoutTls, tlsIsMissing } from "./server-places";

/** Lines of a stack's config below the namespace `selfhelp:`; the one schema that everything else reads. */

const name = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be lower-case letters, digits and "-", for example "web1"');
const reference = line.regex(/^[A-Za-z0-9][A-Za-z0-9._/+-]*$/, 'must be a tag, branch or commit, for example "v8.1.0"');
const absolutePath = line.regex(/^\/(?!.*(^|\/)\.\.(\/|$))/, 'must be an absolute path without "..", for example "/var/backups/selfhelp"');
const relativePath = line.regex(/^(?!\/)(?!(.*\/)?\.\.(\/|$))/, 'must be a path inside the repository, for example "db/update_scripts"');
const port = between(1, 65535, "a port");
const version = line.regex(/^v?\d+(\.\d+)*([-+.]?[A-Za-z0-9.]+)?$/, 'must be a version, for example "v8.1.0"');

const hostBase = z.strictObject({
  /** What the host is called in plans, errors and Pulumi's resources. */
  name,
  /** Host name or IP address, as the deployer reaches it. */
  address: line.regex(
    /^(?![\d.]+$)[A-Za-z0-9.:_-]+$|^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/,
    'must be a host name or an IP address, for example "203.0.113.7"',
  ),
  /** Of its SSH server. */
  port: port.default(22),
  /** Logs in by SSH and may `sudo`. */
  user: line.regex(/^[A-Za-z_][A-Za-z0-9_-]*\$?$/, 'must be a user name, for example "deploy"'),
  /** The host's public key, as `ssh-keyscan -t ed25519 ADDRESS` prints it behind the address. */
  hostKey: line
    // @pulumi/command asks for a host's RSA key in a way (with SHA-1) that no host of today answers.
    .regex(/^(?!ssh-rsa )/, "must be the host's Ed25519 or ECDSA key, not its RSA key: ssh-keyscan -t ed25519 ADDRESS")
    .regex(/^(ssh-|ecdsa-)\S+ [A-Za-z0-9+/]+=*( .*)?$/, 'must be a public key, for example "ssh-ed25519 AAAAC3Nz…"'),
  /** Private key on the deployer; without it the SSH agent is asked. */
  privateKeyPath: line.optional(),
});

const defaultBuild = [
  "composer install --no-dev --optimize-autoloader --no-interaction",
  "php bin/console cache:clear --env=prod --no-interaction",
  "php bin/console cache:warmup --env=prod --no-interaction",
];

/** A database server and who logs in there. */
const server = {
  /** Name of one of `hosts`, or an address as the first host reaches it; default: the host, where there is one only. */
  host: line.optional(),
  /** Of the database's server. */
  port: port.default(3306),
  /** Who this tool logs in as; left out, with its password, where `access.migration` says it. */
  user: line.max(80),
  /** Set with `pulumi config set --secret --path selfhelp:database.password`. */
  password: text.refine((password) => password !== "", "must not be empty"),
  /** TLS up to the server, verified against this certificate authority; needed where a network is on the way. */
  tls: z
    .strictObject({
      /** PEM file on the deployer. */
      caPath: line,
    })
    .optional(),
};

/** A stack's config; docs/reference.md and the schema for editors are made from it and from what is written above its keys (npm run docs). */
export const schema = z
  .strictObject({
    /** Names the folders, units and databases on the hosts: /var/www/APP-blue, … */
    app: name.default("selfhelp"),
    /** What should be live: a tag, a branch or a commit of `repository`. */
    release: reference,
    /** Where the database should be; default: where the scripts of `release` end. */
    databaseVersion: version.optional(),
    /** URL or path of the application's git repository, as the deployer reaches it; a relative path is relative to the Pulumi program. */
    repository: line
      .regex(/^[^-]/, 'must not start with "-"')
      .regex(
        /^(?![A-Za-z][A-Za-z0-9+.-]*:\/\/[^/@]*:[^/@]*@)/,
        "must not have a password in it: use an SSH key or git's credential helper",
      ),
    /** Id of a backup that the database goes back to, once: what was written since is lost. It needs backup.identityPath. */
    restoreFrom: line
      .regex(/^\d{8}T\d{6}Z-[A-Za-z0-9.-]+$/, 'must be the id of a backup, for example "20261123T042418Z-v8.0.0"')
      .optional(),
    /** Folder of the update scripts in the repository. */
    scripts: relativePath.default("db/update_scripts"),
    /** The script (in the repository) that makes an empty database, and the version it then has. */
    base: z
      .strictObject({
        /** Its path. */
        script: relativePath,
        /** Where the database is behind it. */
        version,
      })
      .optional(),
    /** Where the application runs. */
    hosts: z
      .array(
        hostBase.extend({
          /** Another host that the connection goes through. */
          jump: hostBase.optional(),
        }),
      )
      .min(1, "must name at least one host")
      .superRefine((hosts, context) => {
        hosts.forEach((host, index) => {
          if (hosts.findIndex((other) => other.name === host.name) < index)
            context.addIssue({
              code: "custom",
              path: [index, "name"],
              message: `"${host.name}" is used twice; each host needs its own name`,
            });
        });
      }),
    /** The application's schema, and who this tool logs in there as. */
    database: z.strictObject({
      ...server,
      /** The schema's name. */
      name: line.regex(/^(?!\*$)[^`/\\.]{1,64}$/, 'must be a schema\'s name, for example "selfhelp_production"'),
    }),
    /** Accounts of the database's server that this stack makes; default: they are somebody else's. */
    access: accessConfig.optional(),
    /** What must be so before this stack is changed; default: nothing. */
    protect: protectConfig.prefault({}),
    /** What `selfhelp preflight` looks at beside what it can see by itself. */
    preflight: preflightConfig.prefault({}),
    /** How users are taken to the new release: beside the old one, or past a window in which they are answered 503. */
    strategy: z.enum(["blue-green", "maintenance"], { error: 'must be "blue-green" or "maintenance"' }).default("blue-green"),
    /** The window in which users are answered 503. */
    maintenance: z
      .strictObject({
        /** How long requests that have begun may take to end when the window opens. */
        drainSeconds: between(0, 3600, "a number of seconds").default(30),
        /** Addresses and networks that are served all the same; what they write is lost when the database is taken back. */
        admit: z
          .array(
            z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
              error: 'must be an address or a network, for example "203.0.113.0/24"',
            }),
          )
          .default([]),
        /** Whether a failure while the window is open takes code and database back to what they were. */
        takeBack: z.boolean("must be true or false").default(true),
      })
      .prefault({}),
    /** In which order several hosts are switched, what the load balancer is told, and what happens when one fails. */
    rollout: rolloutConfig.prefault({}),
    /** Commands that make a checkout run, in this order, each run in the slot. */
    build: z.array(line).default(defaultBuild),
    /** Time limit of each build command. */
    buildTimeoutSeconds: seconds.default(900),
    /** Paths that every release shares; they live in /var/www/APP-shared. */
    shared: z.array(relativePath).default([".env.local", "config/jwt", "public/uploads", "var/log"]),
    /** Asked of the candidate before the switch, and of users' address after it. */
    health: healthConfig.prefault({}),
    /** Further requests that must answer right, before and after the switch. */
    checks: checksConfig.default([]),
    /** Who such requests log in as. */
    logins: loginsConfig.default({}),
    /** Commands that must exit 0 in the release's folder, before and after the switch. */
    commandChecks: commandChecksConfig.default([]),
    /** The user's own test, run on the deployer against the candidate. */
    integrationTest: integrationTestConfig.optional(),
    /** How strict the schema check is, and limits of what is measured after the switch. */
    validation: validationConfig.prefault({}),
    /** What users' browsers, strangers and the application itself are kept from; nothing has to be set. */
    hardening: hardeningConfig.prefault({}),
    /** Each host looks at itself and tells somebody when users are not served; false, or left out: it does not. */
    monitoring: monitoringConfig,
    /** Answers with Doctrine's exit codes in the release's folder; empty: no such check. */
    schemaCommand: z.string().default("php bin/console doctrine:schema:validate --env=prod"),
    /** Dumps of the database: encrypted, and proven by restoring them. */
    backup: z.strictObject({
      /** Public key that backups are encrypted to; the private one never touches a host. */
      recipient: line.regex(/^age1[a-z0-9]{58}$/, 'must be an age public key, as `age-keygen` prints it: "age1…"'),
      /** The private key to it, a file on the deployer; needed only to restore. */
      identityPath: line.optional(),
      /** On the database's host; default: /var/backups/APP. */
      directory: absolutePath.optional(),
      /** Restores each backup into a copy beside the database and compares, before anything is changed. */
      verify: z.boolean("must be true or false").default(true),
      /** Each backup is copied to an S3 store, too. */
      offsite: offsiteConfig.optional(),
      /** Which backups stay when a new one was made: the newest of each of the last so many days, weeks and months; the newest `minimum` in any case. */
      keep: z
        .strictObject({
          /** Of how many days. */
          daily: between(0, 1000, "a number").default(7),
          /** Of how many weeks. */
          weekly: between(0, 1000, "a number").default(5),
          /** Of how many months. */
          monthly: between(0, 1000, "a number").default(12),
          /** So many of the newest, whatever their age. */
          minimum: between(1, 1000, "a number").default(5),
        })
        .prefault({}),
    }),
    /** Pending scripts run on that copy before they run on the live database. */
    rehearsal: z
      .strictObject({
        /** Whether they do. */
        enabled: z.boolean("must be true or false").default(true),
        /** Where the copy is; default: the database's own server. It must be reachable from the database's host. */
        database: z.strictObject(server).optional(),
      })
      .prefault({}),
    /** Lines of .env.local; set secret ones with `pulumi config set --secret --path selfhelp:environment.NAME`. */
    environment: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a variable's name, for example APP_SECRET"), text)
      .default({}),
    /** Where users reach the application; default: http://ADDRESS of the first host. */
    url: z.url({ protocol: /^https?$/, error: 'must be an address, for example "https://selfhelp.example.org"' }).optional(),
    /** How update scripts are run. */
    migration: z
      .strictObject({
        /** How long a statement waits for a table that somebody else holds. */
        lockWaitSeconds: seconds.default(30),
        /** How long one statement may take; default: no limit. MySQL only limits SELECT. */
        statementSeconds: between(1, 604_800, "a number of seconds").optional(),
        /** For the scripts' sessions; default: the server's own. */
        sqlMode: line.regex(/^[A-Za-z0-9_]+(,[A-Za-z0-9_]+)*$/, 'must be modes, for example "STRICT_TRANS_TABLES"').optional(),
        /** Files of `scripts` without a number, run in this order after each migration, and when their content changed: safe to run again. */
        afterEach: z
          .array(line.regex(/^\D[^/]*\.[sS][qQ][lL]$/, 'must be a file name without a number, for example "api_routes.sql"'))
          .default([]),
      })
      .prefault({}),
    /** What was looked at and is accepted, each with its reason. */
    acknowledge: z
      .array(
        z.strictObject({
          /** A finding's id, as `selfhelp lint` and errors name it. */
          rule: line,
          /** File name of the script. */
          script: line,
          /** Why it is accepted. */
          reason: line,
        }),
      )
      .default([]),
  })
  .superRefine(({ hosts, database, access, backup, rehearsal, restoreFrom, checks, commandChecks, logins }, context) => {
    const names = ["health", ...checks.map(({ name }) => name), ...commandChecks.map(({ name }) => name)];
    names.forEach((name, index) => {
      if (names.indexOf(name) === index) return;
      const path = index <= checks.length ? ["checks", index - 1, "name"] : ["commandChecks", index - 1 - checks.length, "name"];
      context.addIssue({ code: "custom", path, message: `"${name}" is the name of another check, too; each needs its own` });
    });
    checks.forEach(({ login }, index) => {
      if (login !== undefined && !Object.hasOwn(logins, login))
        context.addIssue({ code: "custom", path: ["checks", index, "login"], message: `must be one of selfhelp:logins, not "${login}"` });
    });
    if (hosts.length > 1 && database.host === undefined)
      context.addIssue({
        code: "custom",
        path: ["database", "host"],
        message: `must be set with several hosts, for example "${hosts[0]?.name}": else the database would move with the first of them`,
      });
    serversWithoutTls({ hosts, database, rehearsal }).forEach(({ path, address }) =>
      context.addIssue({ code: "custom", path: [...path, "tls"], message: tlsIsMissing(address) }),
    );
    if (access?.migration !== undefined && access.migration.user !== database.user)
      context.addIssue({
        code: "custom",
        path: ["database", "user"],
        message: `must be left out, with its password: access.migration ("${access.migration.user}") is who this tool logs in as`,
      });
    if (restoreFrom !== undefined && backup.identityPath === undefined)
      context.addIssue({
        code: "custom",
        path: ["backup", "identityPath"],
        message: 'must be set to restore: the private key of the backups, a file on the deployer, for example "~/selfhelp-backup.key"',
      });
    if (rehearsal.enabled && !backup.verify)
      context.addIssue({
        code: "custom",
        path: ["rehearsal", "enabled"],
        message: "must be false when backup.verify is: the rehearsal runs on the copy that a backup was restored into",
      });
  });

/** A stack's config after `parseStackConfig`: complete, nothing left to check. */
export type StackConfig = z.infer<typeof schema>;

export type ServerConfig = Omit<StackConfig["database"], "name">;

/** Who this tool logs in as, when the stack makes that account itself. */
function withLogin(values: Record<string, unknown>): Record<string, unknown> {
  const { migration } = (values["access"] ?? {}) as { migration?: Partial<Record<"user" | "password", unknown>> };
  const { database } = values;
  if (typeof migration !== "object" || migration === null || typeof database !== "object" || database === null) return values;
  return { ...values, database: { user: migration.user, password: migration.password, ...database } };
}

/** Keys that `false` switches off: it is as if they were left out. */
export const switchable: readonly string[] = ["monitoring"];

/** These are text whatever they look like: a commit may be all digits. */
const textKeys = ["app", "release", "databaseVersion", "repository", "scripts", "schemaCommand", "url", "restoreFrom"];

/**
 * Reads the config that Pulumi hands over (`selfhelp:KEY` → text or JSON text).
 * @returns the config, or every problem at once, each with the key, its reason and an example
 */
export const parseStackConfig = (raw: Readonly<Record<string, string>>): Parsed<StackConfig> => parse(schema, raw);

const { repository, release, scripts, base, migration, acknowledge } = schema.shape;
const scriptsSchema = z.object({ repository, release, scripts, base, migration, acknowledge });

/** What of the config says which scripts there are, and what of them is accepted. */
export type ScriptsConfig = z.infer<typeof scriptsSchema>;

/** The same of that part alone, whatever the rest is: no secret is in it. */
export const parseScriptsConfig = (raw: Readonly<Record<string, string>>): Parsed<ScriptsConfig> => parse(scriptsSchema, raw);

type Parsed<Config> = { config: Config } | { problems: Problem[] };

function parse<Config>(wanted: z.ZodType<Config>, raw: Readonly<Record<string, string>>): Parsed<Config> {
  const values: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(raw)) {
    if (!key.startsWith("selfhelp:")) continue;
    const own = key.slice("selfhelp:".length);
    const value = valueOf(own, text);
    if (value !== false || !switchable.includes(own)) values[own] = value;
  }
  const parsed = wanted.safeParse(withLogin(values), { reportInput: true });
  return parsed.success ? { config: parsed.data } : { problems: parsed.error.issues.flatMap(problemOf) };
}

function valueOf(key: string, text: string): unknown {
  if (textKeys.includes(key)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
