import { posix } from "node:path";
import type { Context, Handler, Problem } from "../../provider/handler";
import { readLiveDatabase } from "../migration/live";
import { awaitsRestore } from "../rollback/history";
import { takeBack } from "../rollback/take-back";
import { readCommitsAtStake } from "../switch/read-slots";
import { newestManifest } from "./commands";
import type { BackupInputs, BackupRecord, BackupState } from "./contract";
import { make } from "./make";
import { parseManifest, recordOf } from "./manifest";
import { changeOf, hasNothing, type LiveBackup, nothingToLose, planBackup } from "./plan";
import { recipientProblem } from "./recipient";

/** A fresh backup whenever something is going to change. */
export const backup: Handler<BackupInputs, BackupState> = {
  compared: ["version", "scripts", "commits"],
  check: problems,

  async read(wanted: BackupInputs, _was: BackupState | undefined, context: Context): Promise<LiveBackup> {
    const [{ version, scripts, found }, commits, lastBackup] = await Promise.all([
      readLiveDatabase(wanted, context),
      readCommitsAtStake(wanted.commits, context.inventory),
      readNewest(wanted.directory, context),
    ]);
    return {
      inputs: { ...wanted, version, scripts, commits },
      state: { lastBackup, backupId: null, copy: null, change: "unchanged" },
      label: found.label,
      isPartial: found.restoring !== undefined,
    };
  },

  plan: planBackup,

  async act(live: LiveBackup, wanted: BackupInputs, context: Context): Promise<BackupState> {
    if (hasNothing(live)) return nothingToLose(live);
    const { manifest, copy, key } = await make(live, wanted, context);
    if (wanted.takesBack && !awaitsRestore(live.inputs.version))
      context.wayBack.add((later) => takeBack({ directory: wanted.directory, manifest, identity: key }, live.inputs, later));
    return { lastBackup: recordOf(manifest), backupId: manifest.id, copy, change: changeOf(live, wanted) };
  },
};

function problems({ recipient, directory }: Partial<BackupInputs>): Problem[] {
  const found: Problem[] = [];
  const wrong = recipient === undefined ? undefined : recipientProblem(recipient);
  if (wrong !== undefined) found.push({ propertyPath: "recipient", reason: wrong });
  if (directory !== undefined && (!posix.isAbsolute(directory) || directory.split("/").includes("..") || /[\0\r\n]/.test(directory)))
    found.push({
      propertyPath: "directory",
      reason: `"${directory}" must be an absolute path without "..", for example /var/backups/selfhelp`,
    });
  return found;
}

async function readNewest(directory: string, { inventory }: Context): Promise<BackupRecord | null> {
  const { stdout } = await inventory
    .databaseHost()
    .run(newestManifest(directory), { as: "root", purpose: "reading the backups", timeoutSeconds: 30 });
  const manifest = parseManifest(stdout);
  return manifest === undefined ? null : recordOf(manifest);
}
