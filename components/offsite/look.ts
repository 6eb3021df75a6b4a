import { archiveOf } from "../backup/manifest";
import type { BackupRecord } from "../backup/contract";
import type { OffsiteCopyInputs, OffsiteRecord } from "./contract";
import { isRefusal } from "./errors";
import { archiveKey, manifestKey, urlOf } from "./place";
import type { OpenStore, StoredObject } from "./store";

/** What is kept with each object, beside the store's own checksum: what that must be, and of which archive this is, by its manifest. */
export const told = (checksum: string, backup: BackupRecord): Record<string, string> => ({ checksum, "backup-sha256": backup.sha256 });

/** The same of a manifest, which is another one once its backup was verified. */
export const toldOfManifest = (checksum: string, backup: BackupRecord): Record<string, string> => ({
  ...told(checksum, backup),
  "verified-at": backup.verifiedAt ?? "never",
});

/** The complete copy of a backup; undefined: there is none. */
export async function findCopy(store: OpenStore, wanted: OffsiteCopyInputs, backup: BackupRecord): Promise<OffsiteRecord | undefined> {
  const found = await lookAtBoth(store, wanted, backup.id);
  if (found === undefined || !isArchive(found.archive, backup) || !isManifest(found.manifest, backup)) return undefined;
  return { id: backup.id, url: `${urlOf(wanted)}/${archiveOf(backup.id)}`, since: found.manifest.since };
}

/** Whether the store got all of what was sent, and that was the archive of the manifest. */
export const isArchive = (object: StoredObject, backup: BackupRecord): boolean => object.bytes === backup.bytes && arrived(object, backup);

/** Copies of earlier releases of this tool don't say as which their backup was known. */
const isManifest = (object: StoredObject, backup: BackupRecord): boolean => {
  const verifiedAt = backup.verifiedAt ?? "never";
  return arrived(object, backup) && (object.metadata["verified-at"] ?? verifiedAt) === verifiedAt;
};

/** The store's own sum of what it got is the one of what was sent. */
const arrived = ({ checksum, metadata }: StoredObject, backup: BackupRecord): boolean =>
  checksum !== undefined && checksum === metadata["checksum"] && metadata["backup-sha256"] === backup.sha256;

/** To look is one round; why it failed (nothing there, no bucket, a wrong key) only a listing tells. */
async function lookAtBoth(
  store: OpenStore,
  wanted: OffsiteCopyInputs,
  id: string,
): Promise<{ archive: StoredObject; manifest: StoredObject } | undefined> {
  const keys = [archiveKey(wanted, id), manifestKey(wanted, id)] as const;
  try {
    const [archive, manifest] = await Promise.all([store.look(keys[0]), store.look(keys[1])]);
    return { archive, manifest };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const there = await store.list(`${wanted.prefix}/${id}.`);
    if (keys.every((key) => there.includes(key))) throw error;
    return undefined;
  }
}
