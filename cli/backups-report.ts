import Table from "cli-table3";
import { sizeOf } from "../components/backup/errors";
import type { StoredBackup } from "../components/backup/folder";
import type { Decision } from "../components/backup/retention";

/** A backup in the folder, with what becomes of it when the next one was made; undefined: not known. */
export interface Listed extends StoredBackup {
  retention?: Pick<Decision, "stays" | "why">;
}

/** For a person. */
export function backupsText(directory: string, host: string, backups: readonly Listed[]): string {
  if (backups.length === 0) return `there are no backups in ${directory} on ${host}\n`;
  const table = new Table({ head: ["backup", "taken", "version", "size", "verified", "retention"], style: { head: [], border: [] } });
  for (const backup of backups) table.push(cells(backup));
  return `${directory} on ${host}\n${table.toString()}\n`;
}

function cells({ id, archiveBytes, manifest, problem, retention }: Listed): string[] {
  const stays = retention === undefined ? "" : `${retention.stays ? "stays" : "goes"}: ${retention.why}`;
  return [
    id,
    minute(manifest?.takenAt),
    manifest?.databaseVersion ?? "",
    archiveBytes === null ? "" : sizeOf(archiveBytes),
    problem === undefined ? minute(manifest?.verifiedAt) || "no" : "",
    problem === undefined ? stays : `no backup: ${problem}`,
  ];
}

const minute = (time: string | null | undefined): string => time?.slice(0, 16).replace("T", " ") ?? "";

/** "goes  20261101T000000Z-v8.0.0  …", a line each. */
export const decisionsText = (decisions: readonly Decision[]): string =>
  decisions.map(({ id, stays, why }) => `${stays ? "stays" : "goes "}  ${id}  ${why}\n`).join("");
