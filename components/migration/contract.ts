export const chainToken = "apphost:migration:getChain";

/** Which scripts does a commit carry, and where do they lead? Read from git, without a checkout. */
export interface ChainQuestion {
  repository: string;
  commit: string;
  /** Folder of the scripts, relative to the repository. */
  scripts: string;
}

export interface ChainAnswer {
  scripts: ScriptSummary[];
  /** Where the last script ends; null when there are no scripts. */
  end: string | null;
}

export interface ScriptSummary {
  /** File name. */
  file: string;
  from: string;
  to: string;
  statements: number;
  /** "sha256:" and 64 hex digits of the file's bytes. */
  checksum: string;
}

export const databaseVersionToken = "apphost:migration:DatabaseVersion";

/** The database's schema at a version, reached by the scripts of a commit. */
export interface DatabaseVersionInputs {
  /** Live: the true version, "empty", or "v8.1.0 (half-applied: 12 of 21 statements of 40_….sql)". */
  version: string;
  /** One line a script of the chain up to `version`: `40_update_v8.0.0_v8.1.0.sql (21 statements)`. Live: those at or below the live version. */
  scripts: string[];
  repository: string;
  commit: string;
  /** Folder of the scripts, relative to the repository. */
  scriptsFolder: string;
  /** For an empty database: the script (relative to the repository) that makes it, and the version it then has. */
  base?: { script: string; version: string };
  /** The backup that was made for this change: its id; null when none was due. */
  backup: string | null;
  /** What the schema must be in the end, as the rehearsal said: a checksum by object; null: not compared. */
  rehearsed: Record<string, string> | null;
  /** Seconds a statement waits for a lock on a table before it fails. */
  lockWaitSeconds: number;
}

export interface DatabaseVersionState {
  version: string;
  /** File names of the scripts at or below the live version. */
  appliedScripts: string[];
  /** When this tool last changed it, ISO 8601; null: never. */
  changedAt: string | null;
  /** "v8.0.0 -> v8.1.0, 1 script, 21 statements" / "unchanged" */
  change: string;
}
