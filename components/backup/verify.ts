import type { Secret } from "../../host/secret";
import type { Context } from "../../provider/handler";
import type { BackupManifest } from "./contract";
import { checkEnding, copySchema } from "./copy";
import type { WholeBackup } from "./folder";
import { manifestText } from "./manifest";
import { readFolder } from "./read-folder";
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
  const as = { mode: "600", owner: "root:root", timeoutSeconds: 60 };
  const still = (await readFolder(directory, inventory.databaseHost())).some(({ id }) => id === manifest.id);
  if (still) await inventory.databaseHost().upload(manifestText(verified), `${directory}/${manifest.id}.json`, as);
  return verified;
}
