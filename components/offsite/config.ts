import { z } from "zod";
import { secretText } from "../config-parts";

const days = z.int("must be a number of days").min(1, "must be at least 1 day").max(36_500, "must be at most 36500 days");
const setIt = (key: string): string => `pulumi config set --secret --path selfhelp:backup.offsite.${key}`;

/** `backup.offsite` of a stack's config. */
export const offsiteConfig = z
  .strictObject({
    /** The bucket's name. */
    bucket: z
      .string()
      .regex(
        /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
        'must be a bucket\'s name: 3 to 63 lower-case letters, digits, "-" and ".", for example "example-selfhelp-backups"',
      ),
    /** Stores other than AWS mostly take "us-east-1". */
    region: z.string().regex(/^[a-z0-9-]+$/, 'must be a region, for example "eu-central-1"'),
    /** Of a store other than AWS, as the database's host reaches it. */
    endpoint: z.url({ protocol: /^https?$/, error: 'must be an address, for example "https://s3.example.org"' }).optional(),
    /** Whether the bucket is part of the path; default: for an endpoint of one's own. */
    forcePathStyle: z.boolean("must be true or false").optional(),
    /** Folder in the bucket; default: APP/STACK. */
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/, 'must be a folder without "/" at its ends, for example "selfhelp/production"')
      .optional(),
    /** Of who uploads; set it as a secret. Left out with `manage`. */
    accessKeyId: secretText.optional(),
    /** The same. */
    secretAccessKey: secretText.optional(),
    /** An archive is sent in parts of this size. */
    partMegabytes: z.int("must be a number of megabytes").min(5, "must be at least 5").max(5000, "must be at most 5000").default(64),
    /** The bucket, its key and the user who uploads are made at AWS by this stack. */
    manage: z.boolean("must be true or false").default(false),
    /** After this, copies are removed by a managed bucket itself. */
    keepDays: days.default(365),
    /** For so long nobody removes a copy from a managed bucket; "governance" lets those do it who have a special right. */
    lock: z
      .strictObject({
        /** Who is kept from it: all but a few, or everybody. */
        mode: z.enum(["governance", "compliance"], 'must be "governance" or "compliance"').default("governance"),
        /** For how long. */
        days,
      })
      .optional(),
  })
  .superRefine((offsite, context) => {
    const problem = (key: keyof typeof offsite, message: string): void => context.addIssue({ code: "custom", path: [key], message });
    for (const key of ["accessKeyId", "secretAccessKey"] as const) {
      if (!offsite.manage && !offsite[key]) problem(key, `is missing, for example: ${setIt(key)} (or manage: true, and it is made)`);
      if (offsite.manage && offsite[key] !== undefined) problem(key, "must be left out with manage: true, which makes it");
    }
    if (offsite.manage && offsite.endpoint !== undefined) problem("endpoint", "must be left out with manage: true, which is for AWS");
    if (!offsite.manage && offsite.lock !== undefined) problem("lock", "is only for manage: true; set it at the bucket itself");
    if (offsite.lock !== undefined && offsite.lock.days > offsite.keepDays) problem("lock", "must not be longer than keepDays");
  });

export type OffsiteConfig = z.infer<typeof offsiteConfig>;
