import { z } from "zod";
import { line } from "../config-parts";

const flag = z.boolean("must be true or false").default(false);

/** `protect`: what must be so before `pulumi up` may change anything in this stack. */
export const protectConfig = z.strictObject({
  /** Who may deploy, as the audit log names them, without "@machine"; default: everybody who can. */
  operators: z.array(line).min(1, "must name one, or be left out").optional(),
  /** The Pulumi program and its config are as they were committed. */
  clean: flag,
  /** What they were committed as, and the release, are on a server, where others find them. */
  pushed: flag,
  /** Name of a stack that must be at the same commit of the application, deployed to its end. */
  after: line.regex(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+){0,2}$/, 'must be the name of a stack, for example "staging"').optional(),
  /** "passed": `selfhelp preflight` has found the commit ready within the last 24 hours. */
  preflight: z.literal("passed", 'must be "passed", or be left out').optional(),
});

export type ProtectConfig = z.infer<typeof protectConfig>;
