import { isDeepStrictEqual } from "node:util";
import { type Live, type Planned, unknown } from "../../provider/handler";
import { awaitsRestore } from "../rollback/history";
import type { BackupInputs, BackupState } from "./contract";

export interface LiveBackup extends Live<BackupInputs, BackupState> {
  /** The version that the database is really at, whatever is as good. */
  label: string;
  /** Whether it holds only part of what it should: a restore was interrupted. */
  isPartial: boolean;
}

/** A backup is due when anything that is live differs from what is wanted. */
export const isDue = (live: LiveBackup, wanted: BackupInputs): boolean =>
  migrates(live, wanted) || !isDeepStrictEqual(live.inputs.commits, wanted.commits);

const migrates = ({ inputs }: LiveBackup, wanted: BackupInputs): boolean =>
  inputs.version !== wanted.version || !isDeepStrictEqual(inputs.scripts, wanted.scripts);

/** A rehearsal is for migrations alone. */
export const copyStays = (live: LiveBackup, wanted: BackupInputs): boolean =>
  isProven(live, wanted) && wanted.rehearsal && migrates(live, wanted);

/** What is given up for a restore is kept as it is, whole or broken. */
export const isProven = ({ inputs }: LiveBackup, wanted: BackupInputs): boolean => wanted.verify && !awaitsRestore(inputs.version);

/** A database without tables has nothing to lose, nor has a part of what a backup holds whole. */
export const hasNothing = ({ label, isPartial }: LiveBackup): boolean => label === "empty" || isPartial;

/** The backup's id and sums are known only after it was made. */
export function planBackup(live: LiveBackup, wanted: BackupInputs): Planned<BackupState> {
  if (!isDue(live, wanted)) return { ...live.state, backupId: null, copy: null, change: "unchanged" };
  if (hasNothing(live)) return nothingToLose(live);
  return { lastBackup: unknown, backupId: unknown, copy: copyStays(live, wanted) ? unknown : null, change: changeOf(live, wanted) };
}

/** What the step says and leaves for an empty database. */
export const nothingToLose = ({ state, isPartial }: LiveBackup): BackupState => ({
  ...state,
  backupId: null,
  copy: null,
  change: isPartial ? "none: the database holds part of a backup" : "none: the database is empty",
});

/** "of v8.0.0 to /var/backups/selfhelp" */
export const changeOf = ({ label }: LiveBackup, wanted: BackupInputs): string => `of ${label} to ${wanted.directory}`;
