import { createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { siteOf } from "../../host/site";
import { Backup } from "../backup/component";
import type { BackupRecord } from "../backup/contract";
import { helperLine, scriptLine } from "../migration/chain";
import type { Target } from "../migration/contract";
import { Migration } from "../migration/component";
import { Rehearsal } from "../rehearsal/component";
import { Release } from "../release/component";
import { Switch } from "../switch/component";
import type { HttpCheck } from "../switch/contract";
import { CandidateValidation, DeploymentValidation } from "../validation/component";
import type { StackConfig } from "./config";
import type { DeployerFiles } from "./deployer";
import { HostSetup } from "./host-setup";
import type { ResolvedRelease } from "./resolve";

/** How often the health question must pass in a row right after a switch. */
const probes = 3;

export interface DeploymentInputs {
  config: StackConfig;
  files: DeployerFiles;
  release: ResolvedRelease;
}

/** With one host a value is that host's; with several it is an object by host name. */
export type PerHost<Value> = Value | Record<string, Value>;

/** Outputs of a stack; during a preview they show what they will be. */
export interface StackOutputs {
  /** Where the live database is. */
  databaseVersion: pulumi.Output<string>;
  release: pulumi.Output<PerHost<string>>;
  commit: pulumi.Output<PerHost<string>>;
  activeSlot: pulumi.Output<PerHost<string>>;
  /** The release in the other slot; null when there is none. */
  previousRelease: pulumi.Output<PerHost<string | null>>;
  lastBackup: pulumi.Output<BackupRecord | null>;
  /** Update scripts at or below the live version. */
  appliedScripts: pulumi.Output<string[]>;
  /** Where users reach the application. */
  url: string;
  /** Whether nginx answers 503. */
  maintenance: pulumi.Output<PerHost<boolean>>;
  /** What the lint finds in the scripts that are to run: `40_….sql:31:1 plain-insert: inserts into lookups, whatever is there` */
  findings: pulumi.Output<string[]>;
  /** What the last deployment did, or this one will do, step by step. */
  changes: pulumi.Output<Record<string, PerHost<string>>>;
}

/**
 * The whole deployment as dependent steps:
 * host set-up -> (backup -> rehearsal | release) -> migration -> candidate validation -> switch -> validation.
 */
export class Deployment extends pulumi.ComponentResource {
  readonly outputs: StackOutputs;

  constructor(name: string, inputs: DeploymentInputs, options: pulumi.ComponentResourceOptions) {
    super("selfhelp:deployment:Deployment", name, {}, options);
    const { config } = inputs;
    const url = config.url ?? `http://${urlHost(config.hosts[0]?.address ?? "")}`;
    const steps = stepsOf(name, inputs, new URL(url).hostname, this);
    this.outputs = outputsOf(steps, url);
    this.registerOutputs(this.outputs);
  }
}

/** Another one for another environment, so that users' address is checked then, too; it tells nothing to who doesn't know the password. */
const environmentMark = ({ environment, database }: StackConfig): string =>
  `environment ${createHmac("sha256", database.password).update(JSON.stringify(environment)).digest("hex").slice(0, 12)}`;

const urlHost = (address: string): string => (address.includes(":") ? `[${address}]` : address);

type Steps = ReturnType<typeof stepsOf>;

/** Each step as a child of `parent`, behind the ones that it needs. */
function stepsOf(name: string, { config, files, release }: DeploymentInputs, serverName: string, parent: pulumi.Resource) {
  const site = siteOf(config.app);
  const hosts = config.hosts.map((host) => host.name);
  const { checks, probe } = checksOf(config, serverName);
  const { commit } = release;
  const target = targetOf(config, release);
  const { schemaCommand, environment, build, shared, buildTimeoutSeconds } = config;
  const after = (...dependsOn: pulumi.Resource[]): pulumi.ComponentResourceOptions => ({ parent, dependsOn });

  const setup = new HostSetup(`${name}-host`, { hosts: config.hosts, files, site, serverName, environment }, after());
  const backup = new Backup(
    `${name}-backup`,
    {
      ...target,
      commits: Object.fromEntries(hosts.map((host) => [host, commit])),
      recipient: config.backup.recipient,
      directory: config.backup.directory ?? site.backups,
      verify: config.backup.verify,
      rehearsal: config.rehearsal.enabled,
      keep: config.backup.keep,
    },
    after(setup),
  );
  const built = new Release(
    `${name}-release`,
    hosts,
    { repository: release.repository, release: config.release, commit, build, shared, buildTimeoutSeconds },
    after(setup),
  );
  const { lockWaitSeconds, statementSeconds, sqlMode } = config.migration;
  const pending = { ...target, session: { lockWaitSeconds, statementSeconds, sqlMode } };
  const rehearsal = config.rehearsal.enabled
    ? new Rehearsal(`${name}-rehearsal`, { ...pending, copy: backup.copy }, after(backup))
    : undefined;
  const migration = new Migration(
    `${name}-migration`,
    { ...pending, backup: backup.backupId, rehearsed: rehearsal?.schema ?? null },
    after(backup, built, ...(rehearsal === undefined ? [] : [rehearsal])),
  );
  const candidateInputs = { release: config.release, commit, checks, schemaCommand };
  const candidate = new CandidateValidation(`${name}-candidate`, built.slots, candidateInputs, after(built, migration));
  const switchInputs = { commit, release: config.release, probe, probes };
  const live = new Switch(`${name}-switch`, built.slots, switchInputs, after(candidate));
  const changes = pulumi.all([migration.changedAt, ...Object.values(live.each((host) => host.changedAt)), environmentMark(config)]);
  const validation = { release: config.release, checks, schemaCommand, after: changes };
  new DeploymentValidation(`${name}-validation`, hosts, validation, after(migration, live));
  return { backup, rehearsal, built, migration, live };
}

/** Where the database should be. */
const targetOf = (config: StackConfig, { databaseVersion, scripts, helpers, repository, commit }: ResolvedRelease): Target => ({
  version: databaseVersion,
  scripts: [...scripts.map((script) => scriptLine(script)), ...helpers.map(helperLine)],
  repository,
  commit,
  scriptsFolder: config.scripts,
  base: config.base,
  afterEach: config.migration.afterEach,
  acknowledged: config.acknowledge,
});

function outputsOf({ backup, rehearsal, built, migration, live }: Steps, url: string): StackOutputs {
  return {
    databaseVersion: migration.version,
    release: perHost(live.each((host) => host.release)),
    commit: perHost(live.each((host) => host.commit)),
    activeSlot: perHost(live.each((host) => host.activeSlot)),
    previousRelease: perHost(live.each((host) => host.previousRelease)),
    lastBackup: backup.lastBackup,
    appliedScripts: migration.appliedScripts,
    url,
    maintenance: perHost(live.each((host) => host.maintenance)),
    findings: migration.findings,
    changes: pulumi.all({
      backup: backup.change,
      rehearsal: rehearsal?.change ?? "off",
      release: perHost(built.changes),
      migration: migration.change,
      switch: perHost(live.each((host) => host.change)),
    }),
  };
}

/** Asked of candidate and users' address alike, under the name that users reach the application by. */
function checksOf(config: StackConfig, serverName: string): { checks: HttpCheck[]; probe: HttpCheck } {
  const probe = { name: "health", ...config.health, hostName: serverName };
  return { probe, checks: [probe, ...config.checks.map((check) => ({ ...check, hostName: serverName }))] };
}

function perHost<Value>(values: Record<string, pulumi.Output<Value>>): pulumi.Output<PerHost<Value>> {
  const names = Object.keys(values);
  return pulumi.all(Object.values(values)).apply((known) => {
    const [first] = known;
    if (known.length === 1 && first !== undefined) return first as PerHost<Value>;
    return Object.fromEntries(names.map((name, index) => [name, known[index]])) as Record<string, Value>;
  });
}
