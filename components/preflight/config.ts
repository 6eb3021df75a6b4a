import { z } from "zod";
import { between, line } from "../config-parts";
import { limit } from "../validation/config";

const globs = z.array(line).min(1, 'must name files, for example ["docs/**"]');

/** `preflight`: what `selfhelp preflight` looks at beside what it can see by itself. */
export const preflightConfig = z.strictObject({
  /**
   * A command line on the deployer that exits 0 when the tests of the release's commit are green; SELFHELP_COMMIT and SELFHELP_RELEASE in its
   * environment say which one.
   */
  tests: line.optional(),
  /** Time limit of that command. */
  testsTimeoutSeconds: between(1, 86_400, "a number of seconds").default(600),
  /** What has to be written down: where a file of `when` differs from what is live, one of `then` must, too. */
  docs: z
    .array(
      z.strictObject({
        /** Files of the application, by patterns like "src/Controller/**". */
        when: globs,
        /** Files that must then differ as well. */
        then: globs,
      }),
    )
    .default([]),
  /** Boxes that only a person can tick, for example "the support team knows"; asked once for each commit, and recorded with who and when. */
  ask: z.array(line).default([]),
  /** Age of the newest backup. */
  backupHours: z.strictObject(limit(48, false)).prefault({}),
  /** How far a host's clock may be from the deployer's. */
  clockSeconds: z.strictObject(limit(5, 60)).prefault({}),
});

export type PreflightConfig = z.infer<typeof preflightConfig>;
