import { z } from "zod";
import { between, line, mayBeSecret } from "../config-parts";
import { headers } from "../validation/config";

/** What of a stack's config says who is told that users are not served, and when. */

/** Whoever knows it may tell, too. */
const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an address, for example "https://hooks.example.org/T0/B0/…"' })
  .meta(mayBeSecret);

const times = between(1, 100, "a number of looks");
const seconds = between(1, 30 * 86_400, "a number of seconds");

/** `monitoring`: each host looks at itself and tells somebody; false, or left out: it does not. */
export const monitoringConfig = z
  .strictObject({
    /** Between two looks. */
    everySeconds: between(1, 3600, "a number of seconds").default(30),
    /** Address of a Slack webhook; set with `pulumi config set --secret --path selfhelp:monitoring.slack`. */
    slack: webAddress.optional(),
    /** Takes each message as JSON, by POST. */
    webhook: z
      .strictObject({
        /** Set with `pulumi config set --secret --path selfhelp:monitoring.webhook.url`. */
        url: webAddress,
        /** Sent along; set secret ones with `pulumi config set --secret --path selfhelp:monitoring.webhook.headers.NAME`. */
        headers: headers.default({}),
      })
      .optional(),
    /** Sends each message by e-mail. */
    email: z
      .strictObject({
        /** Command line for bash on the host; it gets the text on stdin, the subject as $SUBJECT, and must exit 0. */
        command: line,
      })
      .optional(),
    /** Asked for after each look that came to its end, so that whoever waits there notices when there are none; may be secret. */
    heartbeat: webAddress.optional(),
    /** When something counts as down, and as up again. */
    threshold: z
      .strictObject({
        /** Down: so many of the last `of` looks failed. */
        failed: times.default(3),
        /** So many looks are judged together. */
        of: times.default(5),
        /** Up again: so many looks in a row passed. */
        passed: times.default(2),
      })
      .refine(({ failed, of }) => failed <= of, { path: ["failed"], error: "must not be more than threshold.of" })
      .prefault({}),
    /** After this time it is told once more that something is down. */
    stillDownSeconds: seconds.default(1800),
    /** A maintenance window that is open for longer is told; default: never. */
    windowSeconds: seconds.optional(),
    /** Whether deployments are told, too: begun, done, failed, rolled back. */
    deployments: z.boolean("must be true or false").default(true),
    /** Folder on the hosts for a file of Prometheus' node_exporter; default: /var/lib/prometheus/node-exporter where that is. */
    metricsDirectory: line
      .regex(/^\/(?!.*(^|\/)\.\.(\/|$))/, 'must be an absolute path without "..", for example "/var/lib/prometheus/node-exporter"')
      .optional(),
  })
  .optional();

export type MonitoringConfig = NonNullable<z.infer<typeof monitoringConfig>>;
