import { isDeepStrictEqual } from "node:util";
import { type Live, type Planned, unknown } from "../../provider/handler";
import type { BackupInputs, BackupState } from "./contract";

/** A backup is due when anything that is live differs from what is wanted. */
export const isDue = (live: Live<BackupInputs, BackupState>, wanted: BackupInputs): boolean =>
  migrates(live, wanted) || !isDeepStrictEqual(live.inputs.commits, wanted.commits);

const migrates = ({ inputs }: Live<BackupInputs, BackupState>, wanted: BackupInputs): boolean =>
  inputs.version !== wanted.version || !isDeepStrictEqual(inputs.scripts, wanted.scripts);

/** A rehearsal is for migrations alone. */
export const copyStays = (live: Live<BackupInputs, BackupState>, wanted: BackupInputs): boolean =>
  wanted.verify && wanted.rehearsal && migrates(live, wanted);

/** A database without tables has nothing to lose. */
export const isEmpty = ({ inputs }: Live<BackupInputs, BackupState>): boolean => inputs.version === "empty";

/** The backup's id and sums are known only after it was made. */
export function planBackup(live: Live<BackupInputs, BackupState>, wanted: BackupInputs): Planned<BackupState> {
  if (!isDue(live, wanted)) return { ...live.state, backupId: null, copy: null, change: "unchanged" };
  if (isEmpty(live)) return nothingToLose(live);
  return { lastBackup: unknown, backupId: unknown, copy: copyStays(live, wanted) ? unknown : null, change: changeOf(live, wanted) };
}

/** What the step says and leaves for an empty database. */
export const nothingToLose = ({ state }: Live<BackupInputs, BackupState>): BackupState => ({
  ...state,
  backupId: null,
  copy: null,
  change: "none: the database is empty",
});

/** "of v8.0.0 to /var/backups/selfhelp" */
export const changeOf = ({ inputs }: Live<BackupInputs, BackupState>, wanted: BackupInputs): string =>
  `of ${inputs.version} to ${wanted.directory}`;
