import { createHmac } from "node:crypto";
import type { Site } from "../../host/site";
import type { BackupInputs } from "../backup/contract";
import { helperLine, scriptLine } from "../migration/chain";
import type { Target } from "../migration/contract";
import { byHand, type ReleaseInputs } from "../release/contract";
import type { HttpCheck } from "../switch/contract";
import type { StackConfig } from "./config";
import { hasEnvironment } from "./inventory-values";
import type { ResolvedRelease } from "./resolve";

/** What the steps are told of the stack's config. */

/** Where the database should be. */
export const targetOf = (
  config: StackConfig,
  { databaseVersion, atLeast, scripts, helpers, repository, commit }: ResolvedRelease,
): Target => ({
  version: databaseVersion,
  scripts: [...scripts.map((script) => scriptLine(script)), ...helpers.map(helperLine)],
  repository,
  commit,
  scriptsFolder: config.scripts,
  base: config.base,
  afterEach: config.migration.afterEach,
  strategy: config.strategy,
  atLeast,
  restoreFrom: config.restoreFrom ?? null,
  acknowledged: config.acknowledge,
});

/** How it is backed up. */
export const backupOf = (
  { backup: { recipient, directory, verify, keep }, rehearsal }: StackConfig,
  site: Site,
): Pick<BackupInputs, "recipient" | "directory" | "verify" | "keep" | "rehearsal"> => ({
  ...{ recipient, verify, keep },
  directory: directory ?? site.backups,
  rehearsal: rehearsal.enabled,
});

/** Asked of candidate and users' address alike, under the name that users reach the application by. */
export function checksOf(config: StackConfig, serverName: string): { checks: HttpCheck[]; probe: HttpCheck } {
  const probe = { name: "health", ...config.health, hostName: serverName };
  return { probe, checks: [probe, ...config.checks.map((check) => ({ ...check, hostName: serverName }))] };
}

/** How a release is made. The stack's environment goes into each slot, so that it changes together with the code, and goes back with it. */
export const recipeOf = (config: StackConfig): Pick<ReleaseInputs, "build" | "shared" | "environment" | "buildTimeoutSeconds"> => {
  const { build, shared, buildTimeoutSeconds } = config;
  if (!hasEnvironment(config)) return { build, shared, buildTimeoutSeconds, environment: byHand };
  return { build, shared: shared.filter((path) => path !== ".env.local"), buildTimeoutSeconds, environment: environmentMark(config) };
};

/** Another one for another environment, so that a plan shows that it changes; it tells nothing to who doesn't know the password. */
const environmentMark = ({ environment, database }: StackConfig): string =>
  createHmac("sha256", database.password).update(JSON.stringify(environment)).digest("hex").slice(0, 12);
