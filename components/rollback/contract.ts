export const restoreToken = "apphost:rollback:Restore";

/** The database as it was when a backup was made. Due until it was restored from that backup once; what was written since is lost. */
export interface RestoreInputs {
  /** Id of the backup. Live: the same once that was done; else "none", or "ID (interrupted)". */
  backup: string;
  /** Where the database will then be; the backup must be of that version. */
  version: string;
  /** Folder of the backups on the database's host. */
  directory: string;
  /** Path of the age private key on the deployer; it is sent to the host when it is needed, and stays in memory there. */
  identityPath: string;
}

export interface RestoreState {
  /** "restores 20261123T042418Z-v8.0.0: what was written since 2026-11-23 04:24:18 UTC is lost" / "unchanged" */
  change: string;
}
