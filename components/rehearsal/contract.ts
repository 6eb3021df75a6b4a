import type { Durations, SessionSettings, Target } from "../migration/contract";

export const rehearsalToken = "apphost:rehearsal:Rehearsal";

/** The pending scripts, run on a copy of the live database before the database itself. Due whenever a migration is. */
export interface RehearsalInputs extends Target {
  session: SessionSettings;
  /** Schema of the copy, restored from the backup that was made for this change; null: the database was empty. It is dropped in the end. */
  copy: string | null;
}

export interface RehearsalState {
  /** What the database's schema will be: a checksum by object ("table users"); null when nothing was rehearsed, or on a server that writes it differently. */
  schema: Record<string, string> | null;
  /** How long its statements took; null when nothing was rehearsed. */
  durations: Durations | null;
  /** "1 script, 10 statements on a copy in 3.2 s", which is what the scripts took; before it "1 script, 10 statements on a copy" / "unchanged" / "none: the database is empty" */
  change: string;
}
