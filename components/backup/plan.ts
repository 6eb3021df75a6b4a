import { isDeepStrictEqual } from "node:util";
import { type Live, type Planned, unknown } from "../../provider/handler";
import { awaitsRestore } from "../rollback/history";
import type { BackupInputs, BackupState } from "./contract";
import { type StoredBackup } from "./folder";
import { decide, type Decision } from "./retention";

/** What is live, and what it takes to say which old backups go when a new one is made. */
export interface LiveBackup extends Live<BackupInputs, BackupState> {
  /** The version that the database is really at, whatever is as good. */
  label: string;
  /** Whether it holds only part of what it should: a restore was interrupted. */
  isPartial: boolean;
  /** Active commit by host name. */
  served: Record<string, string>;
  /** Newest first. */
  stored: StoredBackup[];
  /** Backups that are the way back from where the database is, with a reason each. */
  needed: ReadonlyMap<string, string>;
  database: string;
  readAt: Date;
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

/** "of v8.0.0 to /var/backups/selfhelp", "…, removing 2 old ones" */
export function changeOf(live: LiveBackup, wanted: BackupInputs): string {
  const old = superseded(live, wanted).length;
  const removal = old === 0 ? "" : `, removing ${old} old ${old === 1 ? "one" : "ones"}`;
  return `of ${live.label} to ${wanted.directory}${removal}`;
}

/** Which go once there is a newer one, verified or not. */
export function superseded(live: LiveBackup, wanted: BackupInputs): Decision[] {
  const { stored, needed, database, readAt } = live;
  const { keep } = wanted;
  const takenAt = readAt.toISOString();
  const made = {
    id: "this one",
    takenAt,
    verifiedAt: isProven(live, wanted) ? takenAt : null,
    bytes: 0,
    sha256: "",
    databaseVersion: "",
    server: "",
  };
  const next = { id: made.id, archiveBytes: 0, manifest: { ...made, tables: [], plainBytes: 0, plainSha256: "" } };
  return decide([next, ...stored], { keep, database, needed, now: readAt }).filter(({ stays }) => !stays);
}
