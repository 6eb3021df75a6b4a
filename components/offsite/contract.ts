import type { BackupRecord } from "../backup/contract";

export const offsiteToken = "apphost:offsite:OffsiteCopy";

/** The newest backup in a bucket of an S3 store, archive and manifest, as on the database's host. */
export interface OffsiteCopyInputs extends Store {
  /** The newest backup on the host; null: there is none yet, so nothing to copy. Live: null when its copy is not complete. */
  backup: BackupRecord | null;
  /** Folder of the backups on the database's host. */
  directory: string;
  /** An archive is sent in parts of this size, the last one smaller; 5 MiB to 5 GiB. It grows for archives of more than 10,000 parts. */
  partBytes: number;
  /** Secret. */
  credentials: Credentials;
}

/** Where the copies are. */
export interface Store {
  bucket: string;
  /** As AWS names it; other stores mostly take "us-east-1". */
  region: string;
  /** Of a store other than AWS, as the database's host reaches it: "https://s3.example.org" */
  endpoint?: string;
  /** Whether the bucket is the first part of the path, not of the host name. */
  forcePathStyle: boolean;
  /** Folder in the bucket, without "/" at its ends: "selfhelp/production" */
  prefix: string;
}

/** May put objects below the prefix, look at them and list them; nothing else is needed. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** When this stack made them, ISO 8601: AWS needs some seconds until a new access key is known everywhere. */
  createdAt?: string;
}

export interface OffsiteCopyState {
  /** The copy of the newest backup; null when there is no backup yet. */
  offsite: OffsiteRecord | null;
  /** "20261123T042418Z-v8.0.0 to s3://bucket/selfhelp/production" / "unchanged" / "none: there is no backup yet" */
  change: string;
}

export interface OffsiteRecord {
  /** Of the backup. */
  id: string;
  /** Of its archive: "s3://bucket/selfhelp/production/20261123T042418Z-v8.0.0.sql.zst.age" */
  url: string;
  /** Since when the copy is complete; ISO 8601, UTC, by the store's clock. */
  since: string;
}
