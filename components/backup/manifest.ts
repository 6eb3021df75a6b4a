import type { BackupManifest, BackupRecord } from "./contract";

/** What is known of a backup before it is made; the sums follow from the dump. */
export type Intended = Pick<BackupManifest, "id" | "takenAt" | "verifiedAt" | "databaseVersion" | "server" | "tables">;

/** Name of a backup's archive; its manifest is ID.json. */
export const archiveOf = (id: string): string => `${id}.sql.zst.age`;

/** Sortable by time, and fit for a file name whatever the version's label says: 20261123T042418Z-v8.0.0 */
export function backupId(takenAt: Date, databaseVersion: string): string {
  const time = takenAt.toISOString().replace(/\.\d+/, "").replace(/[-:]/g, "");
  const label = databaseVersion.replace(/[^A-Za-z0-9.]+/g, "-").replace(/^[-.]+|-+$/g, "");
  return `${time}-${label.slice(0, 60)}`;
}

/** @returns undefined for anything that is not a whole manifest */
export function parseManifest(text: string): BackupManifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isManifest(value) ? value : undefined;
}

/** The part of a manifest that the stack's outputs carry. */
export const recordOf = ({ id, takenAt, bytes, sha256, verifiedAt }: BackupManifest): BackupRecord => ({
  id,
  takenAt,
  bytes,
  sha256,
  verifiedAt,
});

function isManifest(value: unknown): value is BackupManifest {
  if (typeof value !== "object" || value === null) return false;
  const { tables, verifiedAt, ...rest } = value as Record<string, unknown>;
  const texts = [rest.id, rest.takenAt, rest.sha256, rest.databaseVersion, rest.server, rest.plainSha256];
  const numbers = [rest.bytes, rest.plainBytes];
  return (
    texts.every((text) => typeof text === "string") &&
    numbers.every((number) => typeof number === "number") &&
    (verifiedAt === null || typeof verifiedAt === "string") &&
    Array.isArray(tables)
  );
}
