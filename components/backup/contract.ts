import type { Target } from "../migration/contract";

export const backupToken = "apphost:backup:Backup";

/**
 * A backup of the database, due whenever what is live differs from what is wanted. The live values of `version`, `scripts` and `commits` are read
 * from the database and the hosts, so that any difference (drift by hand included) makes one due.
 */
export interface BackupInputs extends Target {
  /** Active commit by host name. */
  commits: Record<string, string>;
  /** age public key: "age1…" */
  recipient: string;
  /** Folder on the database's host. */
  directory: string;
  /** Whether it is restored into a copy and compared before anything is changed. */
  verify: boolean;
  /** Whether that copy stays for the rehearsal of a migration. */
  rehearsal: boolean;
  /** Whether the database goes back to it when a later step of the same run fails; for a maintenance window alone, when nobody writes. */
  takesBack: boolean;
}

export interface BackupState {
  /** The newest backup; null when none was needed yet (an empty database has nothing to lose). */
  lastBackup: BackupRecord | null;
  /** Id of the backup made for the change now running; null when none was due. Not named `id`: Pulumi keeps that for the resource itself. */
  backupId: string | null;
  /** Schema of the copy that stayed for the rehearsal, restored from that backup; null: none did. */
  copy: string | null;
  /** "of v8.0.0 to /var/backups/selfhelp" / "unchanged" / "none: the database is empty" */
  change: string;
}

export interface BackupRecord {
  /** Sortable: 20261123T042418Z-v8.0.0 */
  id: string;
  /** ISO 8601, UTC. */
  takenAt: string;
  /** Of the encrypted file. */
  bytes: number;
  /** Of the encrypted file, hex. */
  sha256: string;
  /** When it was restored and compared; null: not yet. */
  verifiedAt: string | null;
}

/** Beside each archive as ID.json. */
export interface BackupManifest extends BackupRecord {
  databaseVersion: string;
  server: string;
  /** Base tables in the dump. */
  tables: string[];
  plainBytes: number;
  plainSha256: string;
}
