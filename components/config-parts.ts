import { z } from "zod";

/** What the rooms' parts of a stack's config are made of. */

export const line = z
  .string()
  .min(1, "must not be empty")
  .regex(/^[^\0\r\n]*$/, "must be one line");

/** @param what "a port" */
export const between = (least: number, most: number, what: string) => {
  const message = `must be ${what} from ${least} to ${most}`;
  return z.int(message).min(least, message).max(most, message);
};

export const seconds = between(1, 3600, "a number of seconds");

/** Marks what may be set with `pulumi config set --secret`: the reference and the test of secrets go by it. */
export const mayBeSecret = { secret: true } as const;

/** Pulumi reads `--path` values that look like numbers or booleans as such. */
export const text = z.union([z.string(), z.number(), z.boolean()], { error: "must be text" }).meta(mayBeSecret).transform(String);

/** The same for a secret, which nobody means as a boolean. */
export const secretText = z.union([z.string(), z.number()], { error: "must be text" }).meta(mayBeSecret).transform(String);
