import type { Inventory } from "../../provider/handler";
import { listManifests } from "./commands";
import type { BackupManifest } from "./contract";
import { parseManifest } from "./manifest";

/** Every complete backup, oldest first: its archive is there in its full length. */
export async function readManifests(directory: string, inventory: Inventory): Promise<BackupManifest[]> {
  const { stdout } = await inventory
    .databaseHost()
    .run(listManifests(directory), { as: "root", purpose: "reading the backups", timeoutSeconds: 60 });
  return stdout.split("\n").flatMap((line) => parseManifest(line) ?? []);
}

/** One of them; undefined when there is none of this id. */
export async function readManifest(directory: string, id: string, inventory: Inventory): Promise<BackupManifest | undefined> {
  return (await readManifests(directory, inventory)).find((manifest) => manifest.id === id);
}
