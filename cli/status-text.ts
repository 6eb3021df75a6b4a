import Table from "cli-table3";
import type { RecordedDeployment } from "../components/audit/deployments";
import { durationText } from "../components/migration/durations";
import type { LiveMonitor } from "../components/monitoring/live";
import { plain } from "../host/plain";
import { driftOf, type Recorded } from "./status-drift";

/** What one host serves. */
export interface HostStatus {
  slot: string;
  release: string;
  commit: string;
  /** What stands in the other slot; null: nothing. */
  other: string | null;
  /** Since when it is served, ISO 8601; null: nothing is. */
  since: string | null;
  maintenance: boolean;
  /** A switch was cut short before users' release was asked. */
  isUnproven: boolean;
  /** "passed: answered 200 in 12 ms" */
  health: { result: "passed" | "failed" | "inconclusive" | "warning"; detail: string };
}

/** What looks at one host from inside. */
export interface MonitoringStatus {
  /** "selfhelp-monitor.timer" */
  timer: string;
  service: string;
  /** Whether the timer runs. */
  isRunning: boolean;
  /** Whether the last look came to its end. */
  hasPassed: boolean;
  /** Since the last one that did; null: none did yet. */
  lookedSecondsAgo: number | null;
  everySeconds: number;
  /** Who could not be told yet. */
  waiting: LiveMonitor["waiting"];
}

export interface DatabaseStatus {
  /** "v8.1.0" / "v8.1.0 (half-applied: …)" */
  version: string;
  isUnfinished: boolean;
  /** What this tool ran in it. */
  ledger: { scripts: number; last: LastScript | null };
}

export interface LastScript {
  script: string;
  state: "running" | "failed" | "applied" | "resolved";
  /** Of its statements. */
  done: number;
  statements: number;
  /** ISO 8601; null: it did not. */
  endedAt: string | null;
}

export interface BackupStatus {
  id: string;
  takenAt: string;
  verifiedAt: string | null;
  /** How many there are. */
  count: number;
}

/** What could not be read is why, in a person's words. */
export type Read<Value> = { value: Value } | { unknown: string };

export interface Status {
  /** The release that the stack's config names. */
  wanted: string;
  recorded: Read<Recorded>;
  hosts: Record<string, Read<HostStatus>>;
  /** By host; null: no host of this stack is monitored. */
  monitoring: Record<string, Read<MonitoringStatus>> | null;
  database: Read<DatabaseStatus>;
  /** null: there is none. */
  backup: Read<BackupStatus | null>;
  /** The newest last. */
  deployments: Read<RecordedDeployment[]>;
}

/** What of it somebody should look at, and what to type. */
export function problemsOf(status: Status, now: number): string[] {
  const { hosts, monitoring, database, backup, deployments } = status;
  const unread = [
    ...Object.entries(hosts),
    ["database", database] as const,
    ["backups", backup] as const,
    ["deployments", deployments] as const,
    ["drift", status.recorded] as const,
  ];
  return [
    ...unread.flatMap(([name, read]) => ("unknown" in read ? [`${name}: ${read.unknown}`] : [])),
    ...Object.entries(hosts).flatMap(([name, host]) => ("value" in host ? hostProblems(name, host.value) : [])),
    ...Object.entries(monitoring ?? {}).flatMap(([name, read]) => ("value" in read ? monitoringProblems(name, read.value) : [])),
    ...("value" in database && database.value.isUnfinished
      ? [`the database is at ${database.value.version}: selfhelp migrations status`]
      : []),
    ...driftOf(status),
    ...("value" in backup ? backupProblems(backup.value, now) : []),
  ];
}

function hostProblems(name: string, { maintenance, isUnproven, health }: HostStatus): string[] {
  return [
    ...(maintenance ? [`${name} answers 503: selfhelp maintenance status`] : []),
    ...(isUnproven ? [`a switch of ${name} was cut short, and what users are served was not asked yet: pulumi up`] : []),
    ...(health.result === "passed" || maintenance ? [] : [`${name} does not answer as it should: ${health.detail}`]),
  ];
}

/** A host that can't be reached is named already. */
function monitoringProblems(name: string, monitoring: MonitoringStatus): string[] {
  const { timer, service, isRunning, hasPassed, lookedSecondsAgo: ago, everySeconds, waiting } = monitoring;
  const isLate = ago === null || ago > 3 * everySeconds + 60;
  return [
    ...(isRunning ? [] : [`nobody looks at ${name}: ${timer} is not running: pulumi up`]),
    ...(hasPassed ? [] : [`the last look of ${name} failed: on the host: sudo journalctl -u ${service} -n 30`]),
    ...(isRunning && hasPassed && isLate
      ? [`${name} looked at itself ${agoText(ago)}: on the host: sudo systemctl status ${timer} ${service}`]
      : []),
    ...waiting.map(
      ({ receiver, count, reason }) => `${name} has told nobody at "${receiver}" for ${count} message${count === 1 ? "" : "s"}: ${reason}`,
    ),
  ];
}

const agoText = (seconds: number | null): string => (seconds === null ? "never yet" : `${ageText(seconds * 1000)} ago`);

function backupProblems(backup: BackupStatus | null, now: number): string[] {
  if (backup === null) return ["there is no backup: selfhelp backups create"];
  const age = now - Date.parse(backup.takenAt);
  return [
    ...(backup.verifiedAt === null ? [`the newest backup was never proven: selfhelp backups verify ${backup.id}`] : []),
    ...(age > oldMilliseconds ? [`the newest backup is ${ageText(age)} old: selfhelp backups create`] : []),
  ];
}

const day = 24 * 3600 * 1000;
const oldMilliseconds = 7 * day;
const ageText = (milliseconds: number): string =>
  milliseconds < 2 * day ? durationText(Math.max(0, milliseconds)) : `${(milliseconds / day).toFixed(1)} days`;

/** One screen. */
export function statusText(status: Status, now: number): string {
  const { database, backup, deployments } = status;
  const problems = problemsOf(status, now);
  const lines = [
    hostsTable(status.hosts, now),
    `release      ${releaseText(status)}`,
    `maintenance  ${maintenanceText(status.hosts)}`,
    `monitoring   ${monitoringText(status.monitoring)}`,
    `database     ${"value" in database ? databaseText(database.value, now) : "unknown"}`,
    `backup       ${"value" in backup ? backupText(backup.value, now) : "unknown"}`,
    `drift        ${driftText(status)}`,
    ...("value" in deployments ? [deploymentsTable(deployments.value)] : []),
    problems.length === 0 ? "nothing to look at" : `to look at:\n${problems.map((one) => `  ${one}`).join("\n")}`,
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** Rows without lines between them, so that all fits one screen. */
const plainTable = (head: string[]) =>
  new Table({ head, style: { head: [], border: [] }, chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" } });

function hostsTable(hosts: Status["hosts"], now: number): string {
  const table = plainTable(["host", "slot", "release", "since", "other slot", "health"]);
  for (const [name, host] of Object.entries(hosts)) {
    if ("unknown" in host) table.push([name, "unknown", "", "", "", ""]);
    else {
      const { slot, release, commit, since, other, maintenance, health } = host.value;
      const age = since === null ? "" : ageText(now - Date.parse(since));
      table.push([
        name,
        slot,
        `${release} ${commit.slice(0, 8)}`,
        age,
        other ?? "",
        maintenance ? "503: maintenance" : plain(`${health.result}: ${health.detail}`),
      ]);
    }
  }
  return table.toString();
}

function releaseText({ wanted, recorded }: Status): string {
  const left = "value" in recorded ? recorded.value.release : undefined;
  const releases = typeof left === "object" && left !== null ? Object.values(left) : left === undefined ? [] : [left];
  const isDeployed = releases.length > 0 && releases.every((release) => release === wanted);
  return isDeployed ? `${wanted}, as the config says` : `the config says ${wanted}, which is not deployed: pulumi preview`;
}

function maintenanceText(hosts: Status["hosts"]): string {
  const closed = Object.entries(hosts).flatMap(([name, host]) => ("value" in host && host.value.maintenance ? [name] : []));
  return closed.length === 0 ? "off" : `${closed.join(", ")} answers 503`;
}

function databaseText({ version, ledger: { scripts, last } }: DatabaseStatus, now: number): string {
  if (last === null) return `${version}; no script was run in it`;
  const ended = last.endedAt === null ? "" : ` ${ageText(now - Date.parse(last.endedAt))} ago`;
  const how = last.done < last.statements ? `${last.state} at ${last.done}/${last.statements}` : last.state;
  return `${version}; the last of ${scripts} script${scripts === 1 ? "" : "s"}: ${plain(last.script)}, ${how}${ended}`;
}

function driftText(status: Status): string {
  if ("unknown" in status.recorded) return "unknown";
  if (status.recorded.value.commit === undefined) return "unknown, since the last up did not come to its end: pulumi preview";
  const { length } = driftOf(status);
  return length === 0 ? "none" : `${length}, see below`;
}

function monitoringText(monitoring: Status["monitoring"]): string {
  if (monitoring === null) return "off";
  const of = ([name, read]: [string, Read<MonitoringStatus>]): string =>
    `${name}: ${"unknown" in read ? "unknown" : read.value.isRunning ? `looked ${agoText(read.value.lookedSecondsAgo)}` : "not running"}`;
  return Object.entries(monitoring).map(of).join(", ");
}

const backupText = (backup: BackupStatus | null, now: number): string =>
  backup === null
    ? "none"
    : `${backup.id}, ${ageText(now - Date.parse(backup.takenAt))} old, ${backup.verifiedAt === null ? "not proven" : "proven"}; ${backup.count} in all`;

function deploymentsTable(deployments: readonly RecordedDeployment[]): string {
  if (deployments.length === 0) return "deployments  nothing was recorded yet";
  const table = plainTable(["when (UTC)", "who", "what", "result", "took"]);
  for (const { at, operator, purpose, release: ended, wanted, result, seconds } of deployments) {
    const release = ended ?? wanted?.release ?? null;
    table.push([
      at.slice(0, 16).replace("T", " "),
      plain(operator),
      plain(`${purpose.replace(/ of stack \S+/, "")}${release === null ? "" : ` ${release}`}`),
      result,
      durationText(seconds * 1000),
    ]);
  }
  return table.toString();
}
