import type { Inventory } from "../../provider/handler";
import type { BackupManifest } from "./contract";
import { isOf, isWhole } from "./folder";
import { readFolder } from "./read-folder";

/** Every whole backup of this database, newest first. */
export async function readManifests(directory: string, inventory: Inventory): Promise<BackupManifest[]> {
  const stored = await readFolder(directory, inventory.databaseHost());
  return stored
    .filter((backup) => isOf(inventory.databaseSettings.name, backup))
    .flatMap((backup) => (isWhole(backup) ? [backup.manifest] : []));
}

/** One of them; undefined when there is none of this id. */
export async function readManifest(directory: string, id: string, inventory: Inventory): Promise<BackupManifest | undefined> {
  return (await readManifests(directory, inventory)).find((manifest) => manifest.id === id);
}
