import { createHash, randomBytes } from "node:crypto";
import { createWriteStream, existsSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { BackupManifest } from "../components/backup/contract";
import { sizeOf } from "../components/backup/errors";
import { archiveOf } from "../components/backup/manifest";
import { DeploymentError } from "../host/errors";
import type { Context } from "../provider/handler";

const mostHours = 24;

/** The archive is not what its manifest says. */
export class DownloadDamaged extends DeploymentError {}

/**
 * Fetches an archive, still encrypted, to a file that doesn't exist yet; under a temporary name beside it until its checksum was right.
 * @throws DownloadDamaged; or as `Host.run`. Then there is no file.
 */
export async function download(
  manifest: BackupManifest,
  directory: string,
  to: string,
  { inventory, progress, signal }: Context,
): Promise<void> {
  if (existsSync(to)) throw new DeploymentError(`${to} is there already; name another file: --to FILE`);
  const host = inventory.databaseHost();
  const temporary = join(dirname(to), `.${basename(to)}.${randomBytes(4).toString("hex")}`);
  const hash = createHash("sha256");
  let bytes = 0;
  const through = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      bytes += chunk.length;
      progress(`${sizeOf(bytes)} of ${sizeOf(manifest.bytes)}`);
      done(null, chunk);
    },
  });
  const written = pipeline(through, createWriteStream(temporary, { mode: 0o600, flags: "wx", flush: true }));
  written.catch(() => undefined); // whoever sends is told, too, and tells
  try {
    const command = { run: ["cat", "--", `${directory}/${archiveOf(manifest.id)}`] };
    const options = { as: "root", purpose: `download of ${manifest.id}`, timeoutSeconds: mostHours * 3600 };
    await host.run(command, { ...options, onStdout: through, signal });
    await written;
    if (hash.digest("hex") !== manifest.sha256)
      throw new DownloadDamaged(
        `the archive of ${manifest.id} on host "${host.name}" is damaged: it is not what its manifest says was written. Nothing was kept of it. ` +
          "Use another backup, or an off-site copy of this one.",
      );
    renameSync(temporary, to);
  } finally {
    await written.catch(() => undefined);
    rmSync(temporary, { force: true });
  }
}
