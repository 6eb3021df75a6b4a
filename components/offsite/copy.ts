import type { BackupRecord } from "../backup/contract";
import type { Host } from "../../host/host";
import type { Context } from "../../provider/handler";
import type { OffsiteCopyInputs, OffsiteRecord } from "./contract";
import { ChecksumDiffers, isRefusal } from "./errors";
import { findCopy, isArchive, told, toldOfManifest } from "./look";
import { archiveKey, manifestKey } from "./place";
import type { OpenStore } from "./store";
import { type Files, readFiles } from "./sums";

/** How long the store is asked to forget an upload that failed; the bucket's own rule does it where that doesn't help. */
const abortSeconds = 20;

/** Copies a backup, archive first, unless that is there, and manifest last. What an earlier attempt has left is written over. @throws ChecksumDiffers, ArchiveUnusable, … */
export async function copy(
  store: OpenStore,
  wanted: OffsiteCopyInputs,
  backup: BackupRecord,
  host: Host,
  context: Context,
): Promise<OffsiteRecord> {
  const { archive, manifest } = await readFiles(backup, wanted, host, context);
  const key = archiveKey(wanted, backup.id);
  if (!(await isThere(store, key, backup))) {
    await sendArchive(store, key, archive, backup, context);
    if (!isArchive(await store.look(key), backup)) throw differs("archive");
  }
  const { path, bytes, checksum } = manifest;
  const sending = { key: manifestKey(wanted, backup.id), path, metadata: toldOfManifest(checksum, backup) };
  await store.put(sending, { number: 1, offset: 0, bytes, checksum });
  const copied = await findCopy(store, wanted, backup);
  if (copied === undefined) throw differs("manifest");
  return copied;
}

async function isThere(store: OpenStore, key: string, backup: BackupRecord): Promise<boolean> {
  try {
    return isArchive(await store.look(key), backup);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return false;
  }
}

const differs = (what: string): ChecksumDiffers =>
  new ChecksumDiffers(`the store's checksum of the ${what} is not that of what was sent, or it keeps none`);

/** In parts whatever its size: then the store makes the checksum from what it got. */
async function sendArchive(
  store: OpenStore,
  key: string,
  archive: Files["archive"],
  backup: BackupRecord,
  context: Context,
): Promise<void> {
  const { path, parts, checksum } = archive;
  const upload = await store.begin({ key, metadata: told(checksum, backup) });
  try {
    const sent = [];
    for (const part of parts) {
      const progress = `sending part ${part.number} of ${parts.length}, ${megabytes(part.offset)} of ${megabytes(backup.bytes)} MB sent`;
      context.progress(parts.length === 1 ? "sending the archive" : progress);
      sent.push({ ...part, tag: await store.putPart({ key, path }, upload, part) });
    }
    await store.complete(key, upload, sent);
  } catch (error) {
    await store.abort(key, upload, AbortSignal.timeout(abortSeconds * 1000)).catch(() => undefined);
    throw error;
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
