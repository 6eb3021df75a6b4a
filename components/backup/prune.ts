import { DeploymentError } from "../../host/errors";
import type { Context } from "../../provider/handler";
import { readLiveVersion } from "../migration/read-version";
import { refusals } from "./commands";
import type { Keep } from "./contract";
import { removeBackups } from "./folder-commands";
import { readFolder } from "./read-folder";
import { decide, type Decision, neededNow } from "./retention";

/** What becomes of each backup in the folder, newest first. Only reads. @param restoreFrom the one that the stack's config names to be restored */
export async function decisions(
  directory: string,
  keep: Keep,
  restoreFrom: string | null,
  { inventory }: Pick<Context, "inventory">,
): Promise<Decision[]> {
  const [stored, found] = await Promise.all([readFolder(directory, inventory.databaseHost()), inventory.database().then(readLiveVersion)]);
  const { name: database } = inventory.databaseSettings;
  return decide(stored, { keep, database, needed: neededNow(found, restoreFrom), now: new Date() });
}

/**
 * Removes these, and what killed runs left in the folder; tells each with its reason. A backup that can't be removed is no reason to stop: it stays, and is
 * tried the next time.
 */
export async function remove(decided: readonly Decision[], directory: string, context: Context): Promise<void> {
  const { inventory, info, warn } = context;
  const ids = decided.map(({ id }) => `${id}\n`).join("");
  const options = { as: "root", purpose: "removing old backups", timeoutSeconds: 600, expectedExitCodes: [0, refusals.busy] };
  try {
    const { stdout, exitCode } = await inventory.databaseHost().run(removeBackups(directory), { ...options, stdin: ids });
    if (exitCode === refusals.busy) return warn(`old backups stay in ${directory} for now: a backup is being made there`);
    const removed = stdout.split("\n").flatMap((line) => /^removed (.*)$/.exec(line)?.[1] ?? []);
    for (const { id, why } of decided) if (removed.includes(id)) info(`removed the backup ${id}: ${why}`);
  } catch (error) {
    if (!(error instanceof DeploymentError)) throw error;
    warn(`old backups stay in ${directory} for now: ${error.message}`);
  }
}
