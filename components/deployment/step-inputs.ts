import { createHmac } from "node:crypto";
import type { Site } from "../../host/site";
import type { BackupInputs } from "../backup/contract";
import { helperLine, scriptLine } from "../migration/chain";
import type { Target } from "../migration/contract";
import { hooksOf } from "../rollout/hooks";
import type { HttpCheck, SwitchInputs } from "../switch/contract";
import type { StackConfig } from "./config";
import { deployerPath } from "./deployer";
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

/** In which order users are switched. In a maintenance window nobody is served meanwhile: nothing is to be watched, and a failure takes all back. */
export const rolloutOf = ({ hosts, rollout }: StackConfig, inWindow: boolean): Pick<SwitchInputs, "rollout" | "hooks"> => ({
  rollout: { batch: rollout.batch, pauseSeconds: inWindow ? 0 : rollout.pause, maxFailures: inWindow ? 0 : rollout.maxFailures },
  hooks: Object.fromEntries(hosts.map((host) => [host.name, hooksOf(rollout, host, deployerPath)])),
});

/** Another one for another environment, so that users' address is checked then, too; it tells nothing to who doesn't know the password. */
export const environmentMark = ({ environment, database }: StackConfig): string =>
  `environment ${createHmac("sha256", database.password).update(JSON.stringify(environment)).digest("hex").slice(0, 12)}`;
