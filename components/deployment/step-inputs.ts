import { createHmac } from "node:crypto";
import type { Site } from "../../host/site";
import { accountsOf } from "../access/accounts";
import type { AccessInputs } from "../access/component";
import type { AccessConfig } from "../access/config";
import type { ServerAnswer } from "../access/contract";
import type { BackupInputs } from "../backup/contract";
import type { WantedPermissions } from "../hardening/contract";
import { wantedPermissions } from "../hardening/wanted";
import { type Web, webOf } from "../hardening/web-config";
import { helperLine, scriptLine } from "../migration/chain";
import type { Target } from "../migration/contract";
import type { Settings } from "../monitoring/contract";
import { settingsOf } from "../monitoring/settings";
import { byHand, type ReleaseInputs } from "../release/contract";
import { hooksOf } from "../rollout/hooks";
import type { HttpCheck, SwitchInputs } from "../switch/contract";
import type { Checks, DeploymentInputs, IntegrationTest } from "../validation/contract";
import type { StackConfig } from "./config";
import { deployerPath } from "./deployer";
import { environmentOf, hasEnvironment, isLocal, tunnelPath } from "./inventory-values";
import type { ResolvedRelease } from "./resolved";
import { placeOf } from "./server-places";

/** What the steps are told of the stack's config. */

/** Where users reach the application. */
export const urlOf = ({ url, hardening, hosts }: StackConfig): string =>
  url ?? `${hardening.tls === undefined ? "http" : "https"}://${urlHost(hosts[0]?.address ?? "")}`;

const urlHost = (address: string): string => (address.includes(":") ? `[${address}]` : address);

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

/** Asked of candidate and users' address alike, under the name that users reach the application by; a switch doesn't hang on how fast the answer is. */
export function checksOf(
  config: StackConfig,
  serverName: string,
): Pick<Checks, "checks" | "commands" | "schemaCommand" | "schema"> & { probe: HttpCheck } {
  const { maxMilliseconds, ...health } = config.health;
  const probe = { name: "health", ...health, hostName: serverName };
  const checks = config.checks.map(({ login: name, ...check }) => {
    const login = name === undefined ? undefined : config.logins[name];
    return { ...check, hostName: serverName, ...(name === undefined || login === undefined ? {} : { login: { name, ...login } }) };
  });
  return {
    probe,
    checks: [{ ...probe, ...(maxMilliseconds === undefined ? {} : { maxMilliseconds }) }, ...checks],
    commands: config.commandChecks,
    schemaCommand: config.schemaCommand,
    schema: config.validation.schema,
  };
}

/** The user's own test on the deployer. */
export const integrationTestOf = ({ integrationTest }: StackConfig, serverName: string): IntegrationTest | null =>
  integrationTest === undefined
    ? null
    : { ...integrationTest, directory: deployerPath(integrationTest.directory ?? "."), hostName: serverName };

/** What is measured after the switch. */
export function measuresOf(
  { validation: { schema: _schema, ...limits }, backup, url }: StackConfig,
  site: Site,
): Pick<DeploymentInputs, "limits" | "backupDirectory" | "url"> {
  return { limits, backupDirectory: backup.directory ?? site.backups, url: url ?? null };
}

/** How a release is made. The stack's environment goes into each slot, so that it changes together with the code, and goes back with it. */
export const recipeOf = (config: StackConfig): Pick<ReleaseInputs, "build" | "shared" | "environment" | "buildTimeoutSeconds"> => {
  const { build, shared, buildTimeoutSeconds } = config;
  if (!hasEnvironment(config)) return { build, shared, buildTimeoutSeconds, environment: byHand };
  return { build, shared: shared.filter((path) => path !== ".env.local"), buildTimeoutSeconds, environment: environmentMark(config) };
};

/** Another one for another environment, so that a plan shows that it changes; it tells nothing to who doesn't know the password. */
const environmentMark = (config: StackConfig): string =>
  createHmac("sha256", config.database.password)
    .update(JSON.stringify(environmentOf(config)))
    .digest("hex")
    .slice(0, 12);

/** Who may read and write what. */
export const permissionsOf = (config: StackConfig, site: Site): WantedPermissions =>
  wantedPermissions(config.hardening.permissions, recipeOf(config).shared, config.backup.directory ?? site.backups);

/** How web server and php-fpm are hardened: what PHP may write in by its permissions, it may in its sandbox, too. */
export const webOfStack = (config: StackConfig, site: Site): Web =>
  webOf(config.hardening, { ...config, writable: permissionsOf(config, site).writable });

/** Who may log in to the database. `server` answered that this stack's accounts may be made there. */
export function accessOf(config: StackConfig, access: AccessConfig, server: ServerAnswer): AccessInputs {
  const place = { database: config.database.name, isLocal: isLocal(config), version: server.version };
  const { administrator, remove, endpoint, tls } = access;
  const hosts = config.hosts.map((host) => host.name);
  const common = { administrator, remove, hosts, accounts: accountsOf(access, place) };
  // Up to the host it is SSH that is verified; from there it is as the tool's own sessions are.
  if (endpoint === undefined) return { ...common, endpoint: tunnelPath(config), tls: server.offersTls ? "skip-verify" : "false" };
  return { ...common, endpoint, tls };
}

/** What each host looks at, and who is told, by its name; null: it is not monitored. */
export function monitoringOf(config: StackConfig, site: Site, serverName: string, stack: string): Record<string, Settings | null> {
  const { monitoring, health, access, database, backup } = config;
  const { over, address = "127.0.0.1" } = placeOf(config);
  const application = {
    ...{ scheme: config.hardening.tls === undefined ? ("http" as const) : ("https" as const), name: serverName, path: health.path },
    ...{ timeoutSeconds: health.timeoutSeconds, status: health.status, contains: health.contains ?? null },
  };
  const server = {
    ...{ address, port: database.port, name: database.name, backups: backup.directory ?? site.backups },
    login: access?.monitoring === undefined ? null : { user: access.monitoring.user, password: access.monitoring.password },
  };
  const settings = (host: string): Settings | null =>
    monitoring === undefined
      ? null
      : settingsOf({ site, monitoring, stack, url: urlOf(config), application }, host, host === over ? server : null);
  return Object.fromEntries(config.hosts.map(({ name }) => [name, settings(name)]));
}

/** In which order users are switched. */
export const rolloutOf = ({ hosts, rollout }: StackConfig): Pick<SwitchInputs, "rollout" | "hooks"> => ({
  rollout: { batch: rollout.batch, pauseSeconds: rollout.pause, maxFailures: rollout.maxFailures },
  hooks: Object.fromEntries(hosts.map((host) => [host.name, hooksOf(rollout, host, deployerPath)])),
});
