import { isDeepStrictEqual } from "node:util";
import { type Live, type Planned, unknown } from "../../provider/handler";
import type { BackupInputs, BackupState } from "./contract";
import { type StoredBackup } from "./folder";
import { decide, type Decision } from "./retention";

/** What is live, and what it takes to say which old backups go when a new one is made. */
export interface LiveBackup extends Live<BackupInputs, BackupState> {
  /** Newest first. */
  stored: StoredBackup[];
  /** Backups that are the way back from where the database is, with a reason each. */
  needed: ReadonlyMap<string, string>;
  database: string;
  readAt: Date;
}

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
export function planBackup(live: LiveBackup, wanted: BackupInputs): Planned<BackupState> {
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

/** "of v8.0.0 to /var/backups/selfhelp", "…, removing 2 old ones" */
export function changeOf(live: LiveBackup, wanted: BackupInputs): string {
  const old = superseded(live, wanted).length;
  const removal = old === 0 ? "" : `, removing ${old} old ${old === 1 ? "one" : "ones"}`;
  return `of ${live.inputs.version} to ${wanted.directory}${removal}`;
}

/** Which go once there is a newer one, verified or not. */
export function superseded({ stored, needed, database, readAt }: LiveBackup, { keep, verify }: BackupInputs): Decision[] {
  const takenAt = readAt.toISOString();
  const made = { id: "this one", takenAt, verifiedAt: verify ? takenAt : null, bytes: 0, sha256: "", databaseVersion: "", server: "" };
  const next = { id: made.id, archiveBytes: 0, manifest: { ...made, tables: [], plainBytes: 0, plainSha256: "" } };
  return decide([next, ...stored], { keep, database, needed, now: readAt }).filter(({ stays }) => !stays);
}
