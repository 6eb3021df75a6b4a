import { posix } from "node:path";
import type { Host, Output } from "../../host/host";
import { archiveOf } from "../backup/manifest";
import type { BackupRecord } from "../backup/contract";
import type { Context } from "../../provider/handler";
import { readSums, refusals } from "./commands";
import type { OffsiteCopyInputs } from "./contract";
import { ArchiveUnusable } from "./errors";
import { base64, checksumOf, type Part, partSize, partsOf } from "./parts";

/** A backup's files on the host, with what must arrive of them. */
export interface Files {
  archive: { path: string; parts: (Part & { checksum: string })[]; checksum: string };
  manifest: { path: string; bytes: number; checksum: string };
}

const mostHours = 12;

/** Reads the archive on its host once. @throws ArchiveUnusable when it is not what its manifest says */
export async function readFiles(backup: BackupRecord, wanted: OffsiteCopyInputs, host: Host, context: Context): Promise<Files> {
  const partBytes = partSize(backup.bytes, wanted.partBytes);
  const parts = partsOf(backup.bytes, partBytes);
  let lines = 0; // the manifest's, one a part, the archive's
  const output = await host.run(readSums({ directory: wanted.directory, id: backup.id, partBytes, parts: parts.length }), {
    as: "root",
    purpose: `reading the archive ${backup.id}`,
    timeoutSeconds: mostHours * 3600,
    expectedExitCodes: [0, refusals.archiveMissing, refusals.manifestMissing],
    onLine: () => context.progress(`reading the archive, ${Math.min(lines++, parts.length)} of ${parts.length} parts`),
    signal: context.signal,
  });
  return filesOf(output, backup, wanted.directory, parts);
}

function filesOf({ exitCode, stdout }: Output, backup: BackupRecord, directory: string, parts: readonly Part[]): Files {
  const path = posix.join(directory, archiveOf(backup.id));
  const missing = { [refusals.archiveMissing]: path, [refusals.manifestMissing]: posix.join(directory, `${backup.id}.json`) }[exitCode];
  if (missing !== undefined)
    throw new ArchiveUnusable(`${missing} is not there any more`, "Type: pulumi up. It copies the newest one that is");
  const [manifest = "", ...sums] = stdout.trim().split("\n");
  const whole = sums.pop() ?? "";
  if (whole !== backup.sha256)
    throw new ArchiveUnusable(
      `${path} is not what its manifest says: its SHA-256 is ${whole}, it should be ${backup.sha256}. The file was changed after it was made, or the disk is failing`,
      `Look at that disk, move the file out of ${directory}, and type: pulumi up. It copies the newest backup that is whole`,
    );
  const [bytes, sum = ""] = manifest.split(" ");
  return {
    archive: { path, parts: parts.map((part, index) => ({ ...part, checksum: base64(sums[index] ?? "") })), checksum: checksumOf(sums) },
    manifest: { path: posix.join(directory, `${backup.id}.json`), bytes: Number(bytes), checksum: base64(sum) },
  };
}
