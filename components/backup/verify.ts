import type { Secret } from "../../host/secret";
import type { Context } from "../../provider/handler";
import { refusals } from "./commands";
import type { BackupManifest } from "./contract";
import { checkEnding, copySchema } from "./copy";
import type { WholeBackup } from "./folder";
import { replaceManifest } from "./folder-commands";
import { manifestText } from "./manifest";
import { restore } from "./restore";

/**
 * Restores a stored backup into a schema of its own, compares that with the manifest, and drops it, as well as what killed verifications left. One that was
 * not verified before is so from now on: its manifest says since when, and how many rows each table has.
 * @returns the manifest as it is now
 * @throws RestoreFailed, Cancelled; as `restore`
 */
export async function verify({ manifest }: WholeBackup, directory: string, identity: Secret, context: Context): Promise<BackupManifest> {
  const { inventory } = context;
  const { prefix, schema } = copySchema(inventory.databaseSettings.name, manifest.id);
  const began = performance.now();
  const objects = await restore(
    {
      ...{ manifest, directory, identity, definers: "restoring user", events: "off" },
      target: { ...inventory.copySettings, name: `${schema}${checkEnding}` },
      place: { is: "copy", leftovers: prefix, ending: checkEnding },
    },
    context,
  );
  if (manifest.verifiedAt !== null) return manifest;
  const verifySeconds = Math.round(performance.now() - began) / 1000;
  const details = manifest.details === undefined ? {} : { details: { ...manifest.details, objects, verifySeconds } };
  const verified: BackupManifest = { ...manifest, ...details, verifiedAt: new Date().toISOString() };
  const as = { as: "root", purpose: "recording that it is proven", timeoutSeconds: 60, expectedExitCodes: [0, refusals.busy] };
  const { exitCode } = await inventory
    .databaseHost()
    .run(replaceManifest(directory, manifest.id), { ...as, stdin: manifestText(verified) });
  if (exitCode === 0) return verified;
  context.warn(
    `${manifest.id} is proven, but that isn't recorded: a backup is being made or removed in ${directory} right now. Verify it again.`,
  );
  return manifest;
}
