import type { BackupManifest } from "./contract";
import { isBackupId, readManifest } from "./manifest";

/** What the folder of backups holds under one id. */
export interface StoredBackup {
  id: string;
  /** Size of the archive; null: there is none. */
  archiveBytes: number | null;
  manifest?: BackupManifest;
  /** Why it does not count as a backup: "its archive is missing" */
  problem?: string;
}

/** A backup that counts: archive and manifest are there, and agree. */
export interface WholeBackup extends StoredBackup {
  manifest: BackupManifest;
}

/** Newest first. @param listing what `listFolder` printed */
export function parseFolder(listing: string): StoredBackup[] {
  const archives = new Map<string, number>();
  const manifests = new Map<string, string>();
  for (const line of listing.split("\n")) {
    const [, archive, bytes] = /^archive (\S+)\.sql\.zst\.age (\d+)$/.exec(line) ?? [];
    const [, manifest, text] = /^manifest (\S+)\.json (.*)$/.exec(line) ?? [];
    if (archive !== undefined) archives.set(archive, Number(bytes));
    if (manifest !== undefined) manifests.set(manifest, text ?? "");
  }
  return [...new Set([...archives.keys(), ...manifests.keys()])]
    .filter(isBackupId)
    .sort()
    .reverse()
    .map((id) => stored(id, archives.get(id) ?? null, manifests.get(id)));
}

function stored(id: string, archiveBytes: number | null, text: string | undefined): StoredBackup {
  if (text === undefined) return { id, archiveBytes, problem: "its manifest is missing" };
  const manifest = readManifest(text);
  if ("problem" in manifest) return { id, archiveBytes, problem: manifest.problem };
  if (manifest.id !== id) return { id, archiveBytes, problem: `its manifest is of ${manifest.id}` };
  if (archiveBytes === null) return { id, archiveBytes, manifest, problem: "its archive is missing" };
  if (archiveBytes !== manifest.bytes)
    return { id, archiveBytes, manifest, problem: `its archive has ${archiveBytes} of ${manifest.bytes} bytes` };
  return { id, archiveBytes, manifest };
}

/** Of this database; manifests of the tool's first release don't say which one it was. */
export const isOf = (database: string, { manifest }: StoredBackup): boolean => (manifest?.details?.database ?? database) === database;

export const isWhole = (backup: StoredBackup): backup is WholeBackup => backup.manifest !== undefined && backup.problem === undefined;
