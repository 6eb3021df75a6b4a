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
  /** Which backups stay when this one is made. */
  keep: Keep;
}

/** How many backups stay. Days, weeks (from Monday) and months are UTC's, and only those count that have a backup. */
export interface Keep {
  /** The newest of each of the last so many days. */
  daily: number;
  /** The newest of each of the last so many weeks. */
  weekly: number;
  /** The newest of each of the last so many months. */
  monthly: number;
  /** The newest ones that stay whatever the others say; at least 1. */
  minimum: number;
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
  /** What manifests of the tool's first release don't have. */
  details?: ManifestDetails;
}

/** In the file these stand beside the others, not below a name of their own. */
export interface ManifestDetails {
  /** Name of the dumped schema, and its defaults. */
  database: string;
  characterSet: string;
  collation: string;
  /** Where the server is: "127.0.0.1:3306, over db1" */
  address: string;
  /** Rows and indexes as the server stores them; an estimate of its own. */
  storedBytes: number;
  /** Active commit by host name. */
  commits: Record<string, string>;
  /** Accounts that routines, views, triggers and events act for: "root@localhost" */
  definers: string[];
  /** Functions that say neither DETERMINISTIC nor that they don't write; absent: made before this was asked. */
  undeclared?: string[];
  /** What the dump holds. */
  objects: SchemaObject[];
  /** What `--version` says of the dump client, zstd and age. */
  tools: string[];
  /** Where the server's binary log was at the moment of the dump: "bin.000042:1337"; null or absent: it keeps none, or is MySQL's. */
  binaryLog?: string | null;
  dumpSeconds: number;
  /** null: not verified when it was made. */
  verifySeconds: number | null;
}

/** By kind and name; rows are those of a table, as counted in the restored copy: absent while nothing was restored. */
export interface SchemaObject {
  /** "table", "sequence", "view", "procedure", "function", "trigger", "event" */
  kind: string;
  name: string;
  rows?: number;
}
