import { DeploymentError } from "../../host/errors";
import type { Secret } from "../../host/secret";
import type { Context, Handler, Live } from "../../provider/handler";
import type { BackupManifest } from "../backup/contract";
import { readIdentity } from "../backup/identity";
import { readManifest } from "../backup/read-manifests";
import { readLiveVersion } from "../migration/read-version";
import { sameVersion } from "../migration/version";
import type { RestoreInputs, RestoreState } from "./contract";
import { restoreDatabase } from "./restore";

type LiveRestore = Live<RestoreInputs, RestoreState> & { manifest: BackupManifest | undefined; identity: Secret | undefined };

/** The database from a backup, once: a restore is remembered in the database itself. */
export const restore: Handler<RestoreInputs, RestoreState> = {
  compared: ["backup"],
  check: () => [],

  async read(wanted: RestoreInputs, _was: RestoreState | undefined, { inventory }: Context): Promise<LiveRestore> {
    const { restored, restoring } = await readLiveVersion(await inventory.database());
    const isDone = restored.includes(wanted.backup) && restoring === undefined;
    const backup = isDone ? wanted.backup : restoring === undefined ? "none" : `${restoring} (interrupted)`;
    const manifest = isDone ? undefined : await readManifest(wanted.directory, wanted.backup, inventory);
    const identity = isDone ? undefined : readIdentity(wanted.identityPath);
    return { inputs: { ...wanted, backup }, state: { change: "unchanged" }, manifest, identity };
  },

  plan: ({ manifest }: LiveRestore, wanted: RestoreInputs) => ({ change: changeOf(suitable(manifest, wanted)) }),

  async act({ manifest, identity }: LiveRestore, wanted: RestoreInputs, context: Context): Promise<RestoreState> {
    const found = suitable(manifest, wanted);
    const key = identity ?? readIdentity(wanted.identityPath);
    await restoreDatabase({ directory: wanted.directory, manifest: found, identity: key }, context);
    return { change: changeOf(found) };
  },
};

const changeOf = ({ id, takenAt }: BackupManifest): string =>
  `restores ${id}: what was written since ${takenAt.slice(0, 19).replace("T", " ")} UTC is lost`;

function suitable(manifest: BackupManifest | undefined, { backup, version, directory }: RestoreInputs): BackupManifest {
  if (manifest === undefined)
    throw new DeploymentError(
      `there is no complete backup ${backup} in ${directory} on the database's host. Nothing was changed. Look what there is: selfhelp backups list`,
    );
  if (!sameVersion(manifest.databaseVersion, version))
    throw new DeploymentError(
      `the backup ${backup} is of ${manifest.databaseVersion}, but the database should be at ${version}. Nothing was changed. ` +
        `Set selfhelp:databaseVersion to ${manifest.databaseVersion}, and selfhelp:release to one that runs on it.`,
    );
  return manifest;
}
