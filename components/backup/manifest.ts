import { createHash } from "node:crypto";
import type { BackupManifest, BackupRecord, ManifestDetails } from "./contract";

/** What is known of a backup before it is made; the rest follows from the dump. */
export type Intended = Pick<BackupManifest, "id" | "takenAt" | "verifiedAt" | "databaseVersion" | "server" | "tables"> &
  Omit<ManifestDetails, "objects" | "tools" | "binaryLog" | "dumpSeconds" | "verifySeconds">;

/** Name of a backup's archive; its manifest is ID.json. */
export const archiveOf = (id: string): string => `${id}.sql.zst.age`;

/** Whether a word can be a backup's id; it is then fit for a path, for SQL and for a shell. */
export const isBackupId = (word: string): boolean => /^\d{8}T\d{6}Z-[A-Za-z0-9.-]{0,60}$/.test(word);

/** Sortable by time, and fit for a file name whatever the version's label says: 20261123T042418Z-v8.0.0 */
export function backupId(takenAt: Date, databaseVersion: string): string {
  const time = takenAt.toISOString().replace(/\.\d+/, "").replace(/[-:]/g, "");
  const label = databaseVersion.replace(/[^A-Za-z0-9.]+/g, "-").replace(/^[-.]+|-+$/g, "");
  return `${time}-${label.slice(0, 60)}`;
}

/** A manifest ends with the checksum of the text before it, closed by "}". */
const checksumAtEnd = /,"checksum":"sha256:([0-9a-f]{64})"\}$/;

/** The manifest as the text of its file. */
export function manifestText({ details, ...manifest }: BackupManifest): string {
  const text = JSON.stringify({ ...manifest, ...details });
  return `${text.slice(0, -1)},"checksum":"sha256:${sha256(text)}"}\n`;
}

/** @returns why it can't be used, for anything that isn't a whole manifest as it was written */
export function readManifest(text: string): BackupManifest | { problem: string } {
  const line = text.trimEnd();
  const checksum = checksumAtEnd.exec(line);
  if (checksum !== null && sha256(`${line.slice(0, checksum.index)}}`) !== checksum[1])
    return { problem: "its manifest was changed since it was written" };
  const values = valuesIn(line);
  if (values === undefined) return { problem: "its manifest can't be read" };
  const { id, takenAt, verifiedAt, databaseVersion, server, tables, bytes, sha256: sum, plainBytes, plainSha256, ...more } = values;
  const manifest = { id, takenAt, verifiedAt, databaseVersion, server, tables, bytes, sha256: sum, plainBytes, plainSha256 };
  if (!isManifest(manifest)) return { problem: "its manifest can't be read" };
  const { checksum: _, ...details } = more;
  if (Object.keys(details).length === 0) return manifest;
  if (checksum === null) return { problem: "its manifest was changed since it was written" };
  return isDetails(details) ? { ...manifest, details } : { problem: "its manifest is of another release of this tool" };
}

/** The part of a manifest that the stack's outputs carry. */
export const recordOf = ({ id, takenAt, bytes, sha256, verifiedAt }: BackupManifest): BackupRecord => ({
  id,
  takenAt,
  bytes,
  sha256,
  verifiedAt,
});

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function valuesIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever may write into the folder writes a right checksum, too: what comes from there is shown, and named to the server. */
function isManifest(value: Record<string, unknown>): value is Record<string, unknown> & BackupManifest {
  const { tables, takenAt, verifiedAt } = value;
  return (
    [value["id"], value["sha256"], value["databaseVersion"], value["server"], value["plainSha256"]].every(isLine) &&
    [value["bytes"], value["plainBytes"]].every(isCount) &&
    isTime(takenAt) &&
    (verifiedAt === null || isTime(verifiedAt)) &&
    isListOf(tables, isText)
  );
}

const isText = (value: unknown): value is string => typeof value === "string";
const isLine = (value: unknown): boolean => isText(value) && /^[^\p{Cc}\p{Bidi_Control}]{0,1000}$/u.test(value);
const isTime = (value: unknown): boolean =>
  isText(value) && /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/.test(value) && !Number.isNaN(Date.parse(value));
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isListOf = (value: unknown, is: (one: unknown) => boolean): boolean => Array.isArray(value) && value.every(is);
/** As the server names character sets and collations. */
const isServersWord = (value: unknown): boolean => isText(value) && /^[A-Za-z0-9_]{1,64}$/.test(value);

function isObject(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { kind, name, rows } = value as Record<string, unknown>;
  return isLine(kind) && isText(name) && (rows === undefined || isCount(rows));
}

/** Only another release of this tool may have written it otherwise. */
const isDetails = (value: Record<string, unknown>): value is Record<string, unknown> & ManifestDetails =>
  [value["database"], value["address"]].every(isLine) &&
  [value["characterSet"], value["collation"]].every(isServersWord) &&
  [value["definers"], value["tools"]].every((list) => isListOf(list, isLine)) &&
  isListOf(value["objects"], isObject);
