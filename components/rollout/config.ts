import { z } from "zod";
import { between, secretText } from "../config-parts";

const line = z.string().regex(/^[^\0\r\n]+$/, "must be one line, and not empty");

/** {host} and {address} stand for the host's name and address; another word in braces is a slip. */
const placeholders = /\{(?!host\}|address\})[A-Za-z]+\}/;
const withHost = line.regex(new RegExp(`^(?!.*${placeholders.source})`), "knows only {host} and {address}");

/** What the load balancer is told of a host: a program on the deployer, or an HTTP request from there. */
const hookConfig = z
  .strictObject({
    /** A program and its arguments, started without a shell; {host} and {address} are replaced. */
    command: z.array(withHost).min(1, 'must name a program, for example ["scripts/balancer", "drain", "{host}"]').optional(),
    /** Added to the program's environment: what is secret goes here, not into `command`. */
    environment: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a variable's name, for example BALANCER_TOKEN"), secretText)
      .default({}),
    /** Must answer with a status from 200 to 299; {host} and {address} are replaced. Errors show it: what is secret goes into `headers`. */
    url: withHost
      .regex(
        /^https?:\/\/[^\s/@]+(\/\S*)?$/,
        'must be an address without a password, for example "https://balancer.example.org/web/{host}/drain"',
      )
      .optional(),
    /** Of the request. */
    method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"], { error: "must be GET, POST, PUT, PATCH or DELETE" }).default("POST"),
    /** Of the request; what is secret goes here. */
    headers: z
      .record(z.string().regex(/^[A-Za-z0-9-]+$/, "must be a header's name, for example Authorization"), secretText.pipe(line))
      .default({}),
    /** Sent with the request; {host} and {address} are replaced. */
    body: z.string().optional(),
    /** Time limit of the program or the request. */
    timeoutSeconds: between(1, 3600, "a number of seconds").default(30),
  })
  .superRefine(({ command, url, method, body }, context) => {
    const problem = (key: string, message: string): void => context.addIssue({ code: "custom", path: [key], message });
    if (command === undefined && url === undefined) problem("url", "is missing; or give a command");
    if (command !== undefined && url !== undefined) problem("command", "must be left out where a url is given");
    if (method === "GET" && body !== undefined) problem("body", "must be left out with the method GET");
  });

/** `rollout` of a stack's config: in which order hosts are switched, and what happens when one fails. */
export const rolloutConfig = z.strictObject({
  /** After the first host alone, so many are switched at once: a number, or a share of all hosts, rounded down. */
  batch: z
    .union([z.number(), z.string()])
    .refine(
      (batch) => /^([1-9]\d{0,2}|1000|([1-9]\d?|100)%)$/.test(`${batch}`),
      'must be a number of hosts from 1 to 1000, or a share of them from "1%" to "100%"',
    )
    .default(1),
  /** Seconds from one batch to the next; at their end every host that was switched is asked again. */
  pause: between(0, 86_400, "a number of seconds").default(0),
  /** So many hosts may fail, the first one never; one more stops, and takes back every host that was switched. */
  maxFailures: between(0, 1000, "a number of hosts").default(0),
  /** Before a host that serves users is switched. */
  drain: hookConfig.optional(),
  /** After a host was switched, and serves the release. */
  admit: hookConfig.optional(),
});

export type RolloutConfig = z.infer<typeof rolloutConfig>;
export type HookConfig = z.infer<typeof hookConfig>;
