import * as pulumi from "@pulumi/pulumi";
import { siteOf } from "../../host/site";
import { Backup } from "../backup/component";
import type { BackupRecord } from "../backup/contract";
import { scriptLine } from "../migration/chain";
import { Migration } from "../migration/component";
import { Release } from "../release/component";
import { Switch } from "../switch/component";
import type { HttpCheck } from "../switch/contract";
import { CandidateValidation, DeploymentValidation } from "../validation/component";
import type { StackConfig } from "./config";
import type { DeployerFiles } from "./deployer";
import { HostSetup } from "./host-setup";
import type { ResolvedRelease } from "./resolve";

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
  /** What the last deployment did, or this one will do, step by step. */
  changes: pulumi.Output<Record<string, PerHost<string>>>;
}

/**
 * The whole deployment as dependent steps:
 * host set-up -> (backup | release) -> migration -> candidate validation -> switch -> validation.
 */
export class Deployment extends pulumi.ComponentResource {
  readonly outputs: StackOutputs;

  constructor(name: string, inputs: DeploymentInputs, options: pulumi.ComponentResourceOptions) {
    super("selfhelp:deployment:Deployment", name, {}, options);
    const { config, files, release } = inputs;
    const site = siteOf(config.app);
    const hosts = config.hosts.map((host) => host.name);
    const url = config.url ?? `http://${config.hosts[0]?.address}`;
    const serverName = new URL(url).hostname;
    const checks = checksOf(config, serverName);
    const { commit, databaseVersion, repository } = release;

    const setup = new HostSetup(
      `${name}-host`,
      { hosts: config.hosts, files, site, serverName, environment: config.environment },
      { parent: this },
    );
    const backup = new Backup(
      `${name}-backup`,
      {
        databaseVersion,
        commits: Object.fromEntries(hosts.map((host) => [host, commit])),
        recipient: config.backup.recipient,
        directory: config.backup.directory ?? site.backups,
      },
      { parent: this, dependsOn: setup },
    );
    const built = new Release(
      `${name}-release`,
      hosts,
      {
        repository,
        release: config.release,
        commit,
        build: config.build,
        shared: config.shared,
        buildTimeoutSeconds: config.buildTimeoutSeconds,
      },
      { parent: this, dependsOn: setup },
    );
    const migration = new Migration(
      `${name}-migration`,
      {
        version: databaseVersion,
        scripts: release.scripts.map((script) => scriptLine(script)),
        repository,
        commit,
        scriptsFolder: config.scripts,
        base: config.base,
        backup: backup.backupId,
        lockWaitSeconds: config.lockWaitSeconds,
      },
      { parent: this, dependsOn: [backup, built] },
    );
    const candidate = new CandidateValidation(
      `${name}-candidate`,
      built.slots,
      { release: config.release, commit, checks: checks.candidate, schemaCommand: config.schemaCommand },
      { parent: this, dependsOn: [built, migration] },
    );
    const live = new Switch(
      `${name}-switch`,
      built.slots,
      { commit, release: config.release, probe: checks.probe, probes: 3 },
      { parent: this, dependsOn: candidate },
    );
    new DeploymentValidation(
      `${name}-validation`,
      hosts,
      {
        release: config.release,
        checks: checks.live,
        schemaCommand: config.schemaCommand,
        after: pulumi.all([migration.changedAt, ...Object.values(live.each((host) => host.changedAt))]),
      },
      { parent: this, dependsOn: [migration, live] },
    );

    this.outputs = {
      databaseVersion: migration.version,
      release: perHost(live.each((host) => host.release)),
      commit: perHost(live.each((host) => host.commit)),
      activeSlot: perHost(live.each((host) => host.activeSlot)),
      previousRelease: perHost(live.each((host) => host.previousRelease)),
      lastBackup: backup.lastBackup,
      appliedScripts: migration.appliedScripts,
      url,
      maintenance: perHost(live.each((host) => host.maintenance)),
      changes: pulumi.all({
        backup: backup.change,
        release: perHost(built.changes),
        migration: migration.change,
        switch: perHost(live.each((host) => host.change)),
      }),
    };
    this.registerOutputs(this.outputs);
  }
}

function checksOf(config: StackConfig, serverName: string): { candidate: HttpCheck[]; live: HttpCheck[]; probe: HttpCheck } {
  const probe = { name: "health", ...config.health, hostName: serverName };
  const live = [probe, ...config.checks.map((check) => ({ ...check, hostName: serverName }))];
  return { probe, live, candidate: live.map((check) => ({ ...check, hostName: "127.0.0.1:8080" })) };
}

function perHost<Value>(values: Record<string, pulumi.Output<Value>>): pulumi.Output<PerHost<Value>> {
  const names = Object.keys(values);
  return pulumi.all(Object.values(values)).apply((known) => {
    const [first] = known;
    if (known.length === 1 && first !== undefined) return first as PerHost<Value>;
    return Object.fromEntries(names.map((name, index) => [name, known[index]])) as Record<string, Value>;
  });
}
