import * as pulumi from "@pulumi/pulumi";
import { type Site, siteOf } from "../../host/site";
import { Access } from "../access/component";
import type { ServerAnswer } from "../access/contract";
import { AuditRecord } from "../audit/component";
import type { DeploymentSeal } from "../audit/contract";
import { Backup } from "../backup/component";
import type { BackupRecord } from "../backup/contract";
import { Permissions } from "../hardening/component";
import { MaintenanceEnd, MaintenanceWindow } from "../maintenance/component";
import type { Exposure } from "../hardening/exposure";
import { Migration } from "../migration/component";
import { Monitoring } from "../monitoring/component";
import { Offsite } from "../offsite/component";
import type { OffsiteRecord } from "../offsite/contract";
import { Rehearsal } from "../rehearsal/component";
import { compareVersions, isVersion } from "../migration/version";
import { Release } from "../release/component";
import { Restore } from "../rollback/component";
import { Switch } from "../switch/component";
import { CandidateValidation, DeploymentValidation } from "../validation/component";
import { summaryOf } from "../validation/table";
import type { StackConfig } from "./config";
import { type DeployerFiles, deployerPath } from "./deployer";
import { HostSetup } from "./host-setup";
import type { ResolvedRelease } from "./resolved";
import {
  accessOf,
  backupOf,
  checksOf,
  integrationTestOf,
  measuresOf,
  monitoringOf,
  permissionsOf,
  recipeOf,
  rolloutOf,
  targetOf,
  urlOf,
  webOfStack,
} from "./step-inputs";

/** How often the health question must pass in a row right after a switch. */
const probes = 3;

export interface DeploymentInputs {
  config: StackConfig;
  files: DeployerFiles;
  release: ResolvedRelease;
  /** Where accounts are made; null: this stack makes none. */
  server: ServerAnswer | null;
}

/** With one host a value is that host's; with several it is an object by host name. */
export type PerHost<Value> = Value | Record<string, Value>;

/** By check: "passed: answered 200" */
export interface ValidationSummary {
  /** Before the switch. */
  candidate: Record<string, string>;
  /** Of what users are served. */
  live: Record<string, string>;
}

export interface HardeningSummary {
  /** "as wanted" / "3 differ: …" / "off" */
  permissions: string;
}

/** Outputs of a stack; during a preview they show what they will be. */
export interface StackOutputs {
  /** Where the live database is. */
  databaseVersion: pulumi.Output<string>;
  /** What users are served, as the config named it. */
  release: pulumi.Output<PerHost<string>>;
  /** Its commit. */
  commit: pulumi.Output<PerHost<string>>;
  /** Where it stands: blue or green. */
  activeSlot: pulumi.Output<PerHost<string>>;
  /** The release in the other slot; null when there is none. */
  previousRelease: pulumi.Output<PerHost<string | null>>;
  /** The newest whole backup of the database: id, when, bytes, sha256, when it was proven; null: there is none. */
  lastBackup: pulumi.Output<BackupRecord | null>;
  /** Where the newest backup's off-site copy is, and since when; null: there is no backup yet, or none is copied. */
  offsite: pulumi.Output<OffsiteRecord | null>;
  /** Update scripts at or below the live version. */
  appliedScripts: pulumi.Output<string[]>;
  /** Where users reach the application. */
  url: string;
  /** Whether nginx answers 503. */
  maintenance: pulumi.Output<PerHost<boolean>>;
  /** What the last validation found: of the candidate before the switch, and of what users are served after it. */
  validation: pulumi.Output<PerHost<ValidationSummary>>;
  /** How exposed each slot's php-fpm is (0 to 10, by `systemd-analyze security`), as the last set-up of its host found it. */
  exposure: pulumi.Output<PerHost<Exposure>>;
  /** Whether files belong to whom they should: "as wanted", or what differs. */
  hardening: pulumi.Output<PerHost<HardeningSummary>>;
  /** Whether the accounts that this stack makes may do what they should: "as wanted", "off", or what differs. */
  access: pulumi.Output<string>;
  /** How each host looks at itself: "every 30 s", "off", or what differs. */
  monitoring: pulumi.Output<PerHost<string>>;
  /** What of the database server's own set-up lets others in, and was not said to be removed. */
  serverFindings: pulumi.Output<string[]>;
  /** What the lint finds in the scripts that are to run: `40_….sql:31:1 plain-insert: inserts into lookups, whatever is there` */
  findings: pulumi.Output<string[]>;
  /** The last deployment that came to its end, as the audit log on the database's host has it; null: none did yet. */
  lastDeployment: pulumi.Output<DeploymentSeal | null>;
  /** What the last deployment did, or this one will do, step by step. */
  changes: pulumi.Output<Record<string, PerHost<string>>>;
}

/**
 * The whole deployment as dependent steps:
 * host set-up -> (backup -> rehearsal | release -> permissions) -> migration -> candidate validation -> switch -> validation.
 * With the strategy "maintenance" a window is open from the backup, which then waits for the release, to the end.
 * Then the deployment's end is recorded; the off-site copy and the hosts' monitoring come last.
 */
export class Deployment extends pulumi.ComponentResource {
  readonly outputs: StackOutputs;

  constructor(name: string, inputs: DeploymentInputs, options: pulumi.ComponentResourceOptions) {
    super("selfhelp:deployment:Deployment", name, {}, options);
    const { config } = inputs;
    const url = urlOf(config);
    const steps = stepsOf(name, inputs, new URL(url).hostname, this);
    this.outputs = outputsOf(steps, url);
    this.registerOutputs(this.outputs);
  }
}

type Steps = ReturnType<typeof stepsOf>;

/** Each step as a child of `parent`, behind the ones that it needs. */
function stepsOf(name: string, { config, files, release, server }: DeploymentInputs, serverName: string, parent: pulumi.Resource) {
  const site = siteOf(config.app);
  const hosts = config.hosts.map((host) => host.name);
  const { probe, ...checks } = checksOf(config, serverName);
  const { commit } = release;
  const target = targetOf(config, release);
  const after = (...dependsOn: pulumi.Resource[]): pulumi.ComponentResourceOptions => ({ parent, dependsOn });

  const served = { serverName, admitted: config.maintenance.admit, web: webOfStack(config, site) };
  const setup = new HostSetup(`${name}-host`, { hosts: config.hosts, files, site, ...served }, after());
  const access = accessStep(name, config, server, after());
  const admitted = access === undefined ? [] : [access.ready];
  const releaseInputs = { repository: release.repository, release: config.release, commit, ...recipeOf(config) };
  const built = new Release(`${name}-release`, hosts, releaseInputs, after(setup, ...admitted));
  const permissions = permissionsStep(name, config, site, built, after(built));
  // Nothing goes on with a release that PHP may still write in.
  const hardened = permissions === undefined ? [built] : [built, permissions];
  const commits = Object.fromEntries(hosts.map((host) => [host, commit]));
  const { drainSeconds } = config.maintenance;
  const inWindow = config.strategy === "maintenance" || config.restoreFrom !== undefined;
  const window = inWindow
    ? new MaintenanceWindow(`${name}-window`, { ...target, commits, drainSeconds }, after(setup, ...hardened))
    : undefined;
  const backupInputs = { ...target, commits, ...backupOf(config, site), takesBack: inWindow && config.maintenance.takeBack };
  const backup = new Backup(`${name}-backup`, backupInputs, after(setup, ...admitted, ...(window === undefined ? [] : [window])));
  const restore = restoreOf(name, config, release, after(backup, ...hardened));
  const beforeMigration = [backup, ...(restore === undefined ? [] : [restore])];
  const { lockWaitSeconds, statementSeconds, sqlMode } = config.migration;
  const pending = { ...target, session: { lockWaitSeconds, statementSeconds, sqlMode } };
  const rehearsal = config.rehearsal.enabled
    ? new Rehearsal(`${name}-rehearsal`, { ...pending, copy: backup.copy }, after(...beforeMigration))
    : undefined;
  const rehearsed = { rehearsed: rehearsal?.schema ?? null, durations: rehearsal?.durations ?? null };
  const migration = new Migration(
    `${name}-migration`,
    { ...pending, backup: backup.backupId, ...rehearsed },
    after(...beforeMigration, ...hardened, ...(rehearsal === undefined ? [] : [rehearsal])),
  );
  access?.completeAfter(migration);
  const newerDatabase = migration.version.apply((live) => (isVersion(live) && compareVersions(live, target.version) > 0 ? live : null));
  const integrationTest = integrationTestOf(config, serverName);
  const candidateInputs = { release: config.release, commit, ...checks, integrationTest, newerDatabase };
  const candidate = new CandidateValidation(`${name}-candidate`, built.slots, candidateInputs, after(...hardened, migration));
  const switchInputs = { commits, release: config.release, probe, probes, inWindow, ...rolloutOf(config) };
  const live = new Switch(`${name}-switch`, built.slots, switchInputs, after(candidate));
  const changes = pulumi.all([migration.changedAt, ...Object.values(live.each("changedAt"))]);
  const measures = { ...measuresOf(config, site), health: probe };
  const validation = { release: config.release, ...checks, ...measures, newerDatabase, after: changes, inWindow };
  const validated = new DeploymentValidation(`${name}-validation`, hosts, validation, after(migration, live));
  const end =
    window === undefined
      ? validated
      : new MaintenanceEnd(`${name}-window-end`, { hosts, openedAt: window.openedAt, probe }, after(validated));
  const ended = { release: config.release, commit, databaseVersion: migration.version, after: changes };
  const record = new AuditRecord(`${name}-record`, ended, after(end));
  // Last: Pulumi begins nothing new once a step has failed, and a store that can't be reached must not stop a deployment half way.
  const offsite = offsiteOf(name, config, site, backup, after(record));
  const watched = new Monitoring(`${name}-monitoring`, monitoringOf(config, site, serverName, pulumi.getStack()), after(record));
  const last = { record, offsite, watched };
  return { setup, access, window, backup, restore, rehearsal, built, permissions, migration, candidate, live, validated, ...last };
}

function accessStep(
  name: string,
  config: StackConfig,
  server: ServerAnswer | null,
  options: pulumi.ComponentResourceOptions,
): Access | undefined {
  if (config.access === undefined || server === null) return undefined;
  return new Access(`${name}-access`, accessOf(config, config.access, server), options);
}

function permissionsStep(
  name: string,
  config: StackConfig,
  site: Site,
  { slots, builtAt }: Release,
  options: pulumi.ComponentResourceOptions,
): Permissions | undefined {
  if (!config.hardening.permissions.enabled) return undefined;
  const releases = Object.fromEntries(Object.entries(slots).map(([host, slot]) => [host, { slot, builtAt: builtAt[host] ?? null }]));
  return new Permissions(`${name}-permissions`, releases, permissionsOf(config, site), options);
}

function restoreOf(
  name: string,
  { restoreFrom, backup, app }: StackConfig,
  { databaseVersion }: ResolvedRelease,
  options: pulumi.ComponentResourceOptions,
): Restore | undefined {
  if (restoreFrom === undefined || backup.identityPath === undefined) return undefined;
  const inputs = { backup: restoreFrom, version: databaseVersion, directory: backup.directory ?? siteOf(app).backups };
  return new Restore(`${name}-restore`, { ...inputs, identityPath: deployerPath(backup.identityPath) }, options);
}

function offsiteOf(
  name: string,
  { app, backup: { offsite, directory } }: StackConfig,
  site: Site,
  { lastBackup }: Backup,
  options: pulumi.ComponentResourceOptions,
): Offsite | undefined {
  if (offsite === undefined) return undefined;
  const { bucket, region, endpoint, prefix, partMegabytes, manage, keepDays, lock } = offsite;
  const { forcePathStyle = endpoint !== undefined, accessKeyId = "", secretAccessKey = "" } = offsite;
  const access = manage ? { managed: { keepDays, lock } } : { credentials: { accessKeyId, secretAccessKey } };
  const store = { bucket, region, endpoint, forcePathStyle, prefix, partBytes: partMegabytes * 1024 ** 2 };
  return new Offsite(`${name}-offsite`, app, { ...store, ...access, directory: directory ?? site.backups, backup: lastBackup }, options);
}

function outputsOf(steps: Steps, url: string): StackOutputs {
  const { setup, access, window, backup, restore, rehearsal, built, permissions, migration, candidate, live, validated } = steps;
  const { record, offsite, watched } = steps;
  return {
    databaseVersion: migration.version,
    release: perHost(live.each("release")),
    commit: perHost(live.each("commit")),
    activeSlot: perHost(live.each("activeSlot")),
    previousRelease: perHost(live.each("previousRelease")),
    lastBackup: backup.lastBackup,
    offsite: offsite?.copy ?? pulumi.output(null),
    appliedScripts: migration.appliedScripts,
    url,
    maintenance: perHost(stillClosed(live, window)),
    validation: perHost(summariesOf(candidate, validated)),
    exposure: perHost(setup.exposures),
    hardening: perHost(hardeningOf(live.hosts, permissions)),
    access: access === undefined ? pulumi.output("off") : access.access,
    monitoring: perHost(watched.monitoring),
    serverFindings: access === undefined ? pulumi.output([]) : access.findings,
    findings: migration.findings,
    lastDeployment: record.lastDeployment,
    changes: pulumi.all({
      ...(access === undefined ? {} : { access: access.change }),
      ...(window === undefined ? {} : { window: window.change }),
      backup: backup.change,
      ...(restore === undefined ? {} : { restore: restore.change }),
      ...(offsite === undefined ? {} : { offsite: offsite.change }),
      rehearsal: rehearsal?.change ?? "off",
      release: perHost(built.changes),
      permissions: permissions === undefined ? "off" : perHost(permissions.changes),
      migration: migration.change,
      switch: perHost(live.each("change")),
      monitoring: perHost(watched.changes),
    }),
  };
}

/** A window that this tool has opened is closed behind the switch that has seen it. */
function stillClosed(live: Switch, window: MaintenanceWindow | undefined): Record<string, pulumi.Output<boolean>> {
  const opened = window?.openedAt ?? pulumi.output(null);
  const still = (seen: pulumi.Output<boolean>) => pulumi.all([seen, opened]).apply(([isClosed, at]) => isClosed && at === null);
  return Object.fromEntries(Object.entries(live.each("maintenance")).map(([host, seen]) => [host, still(seen)]));
}

function summariesOf(before: CandidateValidation, after: DeploymentValidation): Record<string, pulumi.Output<ValidationSummary>> {
  const summary = (host: string): pulumi.Output<ValidationSummary> =>
    pulumi
      .all([before.results[host] ?? [], after.results[host] ?? []])
      .apply(([candidate, live]) => ({ candidate: summaryOf(candidate), live: summaryOf(live) }));
  return Object.fromEntries(Object.keys(after.results).map((host) => [host, summary(host)]));
}

function hardeningOf(hosts: readonly string[], permissions: Permissions | undefined): Record<string, pulumi.Output<HardeningSummary>> {
  const told = (host: string) => pulumi.output(permissions?.permissions[host] ?? "off");
  return Object.fromEntries(hosts.map((host) => [host, told(host).apply((text) => ({ permissions: text }))]));
}

function perHost<Value>(values: Record<string, pulumi.Output<Value>>): pulumi.Output<PerHost<Value>> {
  const names = Object.keys(values);
  return pulumi.all(Object.values(values)).apply((known) => {
    const [first] = known;
    if (known.length === 1 && first !== undefined) return first as PerHost<Value>;
    return Object.fromEntries(names.map((name, index) => [name, known[index]])) as Record<string, Value>;
  });
}
