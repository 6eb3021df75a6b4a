import type { Slot } from "../../host/site";

export const permissionsToken = "apphost:hardening:Permissions";

/** Owners and modes of what a site's files are on one host. The slot that users are served from is looked at, and the one that they are going to be served from. */
export interface PermissionsInputs extends WantedPermissions {
  host: string;
  /** Where the release stands. */
  slot: Slot;
  /** When it was built, ISO 8601; null: nothing tells. Not known while it is still to be built: what the slot holds until then doesn't matter. */
  builtAt: string | null;
  /** Live: what is not as wanted, the first ten named, and how many more there are; nothing is to be left. */
  differing: string[];
}

export interface WantedPermissions {
  /** Paths in a release that PHP may write in. */
  writable: string[];
  /** Those of them that are shared. */
  sharedWritable: string[];
  /** Patterns of files that nobody but root and PHP may read, in a release and in the shared folder. */
  secrets: string[];
  /** Patterns of what is removed from a release. */
  developmentFiles: string[];
  /** Folder of the backups on the database's host. */
  backupDirectory: string;
}

export interface PermissionsState {
  /** "as wanted" / "3 differ: …" */
  permissions: string;
  /** "3 corrected: /var/www/selfhelp-blue/public/index.php is 666, not 644; …" / "unchanged" */
  change: string;
}
