import { z } from "zod";
import { between, line, seconds, text } from "../config-parts";

/** What of a stack's config says how a release is validated. */

const urlPath = line.regex(/^\/\S*$/, 'must be a path of the application, for example "/cms-api/v1/health"');

const httpCheck = {
  /** Time limit of one request. */
  timeoutSeconds: seconds.default(10),
  /** An answer that takes longer is a warning. */
  maxMilliseconds: between(1, 3_600_000, "a number of milliseconds").optional(),
  /** Expected HTTP status. */
  status: between(100, 599, "an HTTP status").default(200),
  /** Text that the body must contain. */
  contains: z.string().min(1).optional(),
};

/** `health`: asked of the candidate before the switch, and of users' address after it. */
export const healthConfig = z.strictObject({
  /** What is asked. */
  path: urlPath.default("/cms-api/v1/health"),
  ...httpCheck,
});

/** Of a request. */
export const headers = z.record(
  z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be a header\'s name, for example "Accept-Language"'),
  text.refine((value) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value), "must be one line of a header"),
);

/** `checks`: further requests that must answer right, before and after the switch. */
export const checksConfig = z.array(
  z.strictObject({
    /** What it is called in results. */
    name: line,
    /** What is asked. */
    path: urlPath,
    ...httpCheck,
    /** Default: GET, or POST with a body. What it changes it changes in the live database. */
    method: z
      .enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], 'must be a method, for example "GET" or "POST"')
      .optional(),
    /** Sent with it; they hold against what is sent by default. */
    headers: headers.optional(),
    /** A text, or anything else that is sent as JSON. */
    body: z.json().optional(),
    /** Name of one of `logins`. */
    login: line.optional(),
  }),
);

/** `logins`: who checks log in as, by a name that checks call them by. */
export const loginsConfig = z.record(
  z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'must be letters, digits, "_" and "-", for example "admin"'),
  z.strictObject({
    /** Where one logs in. */
    path: urlPath,
    /** Sent as a JSON object; set secret ones with `pulumi config set --secret --path selfhelp:logins.NAME.fields.password`. */
    fields: z.record(z.string(), text),
    /** Where the token is in the answer's JSON: "data.access_token" */
    token: line.default("token"),
    /** Expected HTTP status. */
    status: httpCheck.status,
    /** Time limit of the request. */
    timeoutSeconds: httpCheck.timeoutSeconds,
  }),
);

/** `commandChecks`: command lines that must exit 0 in the release's folder, before and after the switch. */
export const commandChecksConfig = z.array(
  z.strictObject({
    /** What it is called in results. */
    name: line,
    /** A command line. */
    command: line,
    /** Time limit of the command. */
    timeoutSeconds: seconds.default(300),
  }),
);

/** `integrationTest`: run on the deployer against the candidate, before the switch. */
export const integrationTestConfig = z.strictObject({
  /** A command line; SELFHELP_URL in its environment is a tunnel to the candidate. */
  command: line,
  /** Time limit of the command. */
  timeoutSeconds: between(1, 86_400, "a number of seconds").default(600),
  /** On the deployer; default: where the Pulumi program is. */
  directory: line.optional(),
});

const strictness = z.enum(["fail", "warn", "off"], 'must be "fail", "warn" or "off"').default("fail");

/** From where on a measured value is a warning, or fails. */
export const limit = (warn: number, fail: number | false) => {
  const bound = z.union([z.number().min(0), z.literal(false)], { error: "must be a number, 0 or more, or false for no such limit" });
  return {
    /** From here on it is a warning; false: never. */
    warn: bound.default(warn),
    /** From here on it fails; false: never. */
    fail: bound.default(fail),
  };
};

/** `validation`: how strict the schema check is, and what is measured after the switch. */
export const validationConfig = z.strictObject({
  /** What `schemaCommand` finds. */
  schema: z
    .strictObject({
      /** Of the entities' mapping as such. */
      mapping: strictness,
      /** Of the database against the mapping. */
      sync: strictness,
    })
    .prefault({}),
  /** Within how long 95 % of so many calls of `health` are answered. */
  responseMilliseconds: z
    .strictObject({
      ...limit(1000, 2000),
      /** How often it is asked. */
      calls: between(1, 1000, "a number of calls").default(20),
    })
    .prefault({}),
  /** Lines with errors in the logs of application, nginx and php-fpm since the switch. */
  logErrors: z.strictObject(limit(1, 20)).prefault({}),
  /** The host's memory in use. */
  memoryPercent: z.strictObject(limit(90, 98)).prefault({}),
  /** The host's load in the last minute, by its processors. */
  loadPerCpu: z.strictObject(limit(4, false)).prefault({}),
  /** Of the disks of slots, database and backups: space, or files, in use. */
  diskPercent: z.strictObject(limit(85, 95)).prefault({}),
  /** For how long the certificate of `url` still holds; this or less is the limit. */
  certificateDays: z.strictObject(limit(21, 3)).prefault({}),
});
