import Table from "cli-table3";
import type { RecordedDeployment } from "../components/audit/deployments";
import { durationText } from "../components/migration/durations";

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

export interface DatabaseStatus {
  /** "v8.1.0" / "v8.1.0 (half-applied: …)" */
  version: string;
  isUnfinished: boolean;
}

export interface BackupStatus {
  id: string;
  takenAt: string;
  verifiedAt: string | null;
}

/** What could not be read is why, in a person's words. */
export type Read<Value> = { value: Value } | { unknown: string };

export interface Status {
  hosts: Record<string, Read<HostStatus>>;
  database: Read<DatabaseStatus>;
  /** null: there is none. */
  backup: Read<BackupStatus | null>;
  /** The newest last. */
  deployments: Read<RecordedDeployment[]>;
}

/** What of it somebody should look at, and what to type. */
export function problemsOf({ hosts, database, backup, deployments }: Status, now: number): string[] {
  const unread = [
    ...Object.entries(hosts),
    ["database", database] as const,
    ["backups", backup] as const,
    ["deployments", deployments] as const,
  ];
  return [
    ...unread.flatMap(([name, read]) => ("unknown" in read ? [`${name}: ${read.unknown}`] : [])),
    ...Object.entries(hosts).flatMap(([name, host]) => ("value" in host ? hostProblems(name, host.value) : [])),
    ...("value" in database && database.value.isUnfinished
      ? [`the database is at ${database.value.version}: selfhelp migrations status`]
      : []),
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
    `database     ${"value" in database ? database.value.version : "unknown"}`,
    `backup       ${"value" in backup ? backupText(backup.value, now) : "unknown"}`,
    ...("value" in deployments ? [deploymentsTable(deployments.value)] : []),
    problems.length === 0 ? "nothing to look at" : `to look at:\n${problems.map((one) => `  ${one}`).join("\n")}`,
  ];
  return lines.map((line) => `${line}\n`).join("");
}

const style = { head: [], border: [] };

function hostsTable(hosts: Status["hosts"], now: number): string {
  const table = new Table({ head: ["host", "slot", "release", "since", "other slot", "health"], style });
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
        maintenance ? "503: maintenance" : `${health.result}: ${health.detail}`,
      ]);
    }
  }
  return table.toString();
}

const backupText = (backup: BackupStatus | null, now: number): string =>
  backup === null
    ? "none"
    : `${backup.id}, ${ageText(now - Date.parse(backup.takenAt))} old, ${backup.verifiedAt === null ? "not proven" : "proven"}`;

function deploymentsTable(deployments: readonly RecordedDeployment[]): string {
  if (deployments.length === 0) return "deployments  nothing was recorded yet";
  const table = new Table({ head: ["when", "who", "what", "result", "took"], style });
  for (const { at, operator, purpose, release, result, seconds } of deployments)
    table.push([
      at.slice(0, 19).replace("T", " "),
      operator,
      `${purpose}${release === null ? "" : ` ${release}`}`,
      result,
      durationText(seconds * 1000),
    ]);
  return table.toString();
}
