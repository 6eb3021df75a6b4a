import { posix } from "node:path";
import type { Context, Handler, Problem } from "../../provider/handler";
import { readLiveDatabase } from "../migration/live";
import { awaitsRestore } from "../rollback/history";
import { takeBack } from "../rollback/take-back";
import { readCommits, readCommitsAtStake } from "../switch/read-slots";
import type { BackupInputs, BackupState } from "./contract";
import { isOf, isWhole } from "./folder";
import { make } from "./make";
import { recordOf } from "./manifest";
import { changeOf, copyStays, hasNothing, isProven, type LiveBackup, nothingToLose, planBackup, superseded } from "./plan";
import { remove } from "./prune";
import { readFolder } from "./read-folder";
import { recipientProblem } from "./recipient";
import { neededNow } from "./retention";

/** A fresh backup whenever something is going to change. */
export const backup: Handler<BackupInputs, BackupState> = {
  compared: ["version", "scripts", "commits"],
  check: problems,

  async read(wanted: BackupInputs, _was: BackupState | undefined, context: Context): Promise<LiveBackup> {
    const { inventory } = context;
    const [{ version, scripts, found }, commits, served, stored] = await Promise.all([
      readLiveDatabase(wanted, context),
      readCommitsAtStake(wanted.commits, inventory),
      readCommits(Object.keys(wanted.commits), inventory),
      readFolder(wanted.directory, inventory.databaseHost()),
    ]);
    const { name: database } = inventory.databaseSettings;
    const newest = stored.filter(isWhole).find((backup) => isOf(database, backup));
    const lastBackup = newest === undefined ? null : recordOf(newest.manifest);
    const state = { lastBackup, backupId: null, copy: null, change: "unchanged" };
    const needed = neededNow(found, wanted.restoreFrom);
    const isPartial = found.restoring !== undefined;
    const inputs = { ...wanted, version, scripts, commits };
    return { inputs, state, label: found.label, isPartial, served, stored, needed, database, readAt: new Date() };
  },

  plan: planBackup,

  async act(live: LiveBackup, wanted: BackupInputs, context: Context): Promise<BackupState> {
    if (hasNothing(live)) return nothingToLose(live);
    const { label: version, served: commits } = live;
    const request = {
      ...wanted,
      version,
      commits,
      verify: isProven(live, wanted),
      copyStays: copyStays(live, wanted),
      isGivenUp: awaitsRestore(live.inputs.version),
    };
    const { manifest, copy, key } = await make(request, context);
    if (wanted.takesBack && !awaitsRestore(live.inputs.version))
      context.wayBack.add((later) => takeBack({ directory: wanted.directory, manifest, identity: key }, live.inputs, later));
    await remove(superseded(live, wanted), wanted.directory, context);
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
