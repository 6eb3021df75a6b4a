export const chainToken = "apphost:migration:getChain";

/** Which scripts does a commit carry, and where do they lead? Read from git, without a checkout. */
export interface ChainQuestion {
  repository: string;
  commit: string;
  /** Folder of the scripts, relative to the repository. */
  scripts: string;
  /** Files in that folder without a number, which run after each migration, in this order. */
  afterEach: string[];
  /** Rule "chain": what makes these files no chain is accepted. */
  acknowledged: Target["acknowledged"];
}

export interface ChainAnswer {
  scripts: ScriptSummary[];
  helpers: Pick<ScriptSummary, "file" | "statements" | "checksum">[];
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

/** Where a database should be, and by which scripts of which commit. */
export interface Target {
  /** Live: the true version, "empty", or "v8.1.0 (half-applied: 12 of 21 statements of 40_….sql)". */
  version: string;
  /**
   * One line a script of the chain up to `version`, then one a file of `afterEach`: `40_update_v8.0.0_v8.1.0.sql (21 statements)`,
   * `api_routes.sql (12 statements, 5741361c)`. Live: those that ran.
   */
  scripts: string[];
  repository: string;
  commit: string;
  /** Folder of the scripts, relative to the repository. */
  scriptsFolder: string;
  /** For an empty database: the script (relative to the repository) that makes it, and the version it then has. */
  base?: { script: string; version: string };
  /** As in `ChainQuestion`. */
  afterEach: string[];
  /** Whether a newer version is as good: older code then runs on a database that stays where it is. */
  atLeast: boolean;
  /** Id of a backup that the database is to be restored from first, unless it was; null: none. */
  restoreFrom: string | null;
  /** In a maintenance window nobody is served by the old code while the schema changes. */
  strategy: "blue-green" | "maintenance";
  /** Findings of the lint, and scripts that were changed after they were applied (rule "changed-script"), that somebody accepts. */
  acknowledged: { rule: string; script: string; reason: string }[];
}

/** What a script's session is given. */
export interface SessionSettings {
  /** Seconds a statement waits for a lock on a table before it fails. */
  lockWaitSeconds: number;
  /** Seconds that one statement may take; absent: no limit. MySQL only limits SELECT. */
  statementSeconds?: number;
  /** Absent: the server's own. */
  sqlMode?: string;
}

/**
 * Milliseconds by script (file name) and statement (from 1), of those that took 100 ms or more. A script with more than 200 such isn't named, one
 * with none is.
 */
export type Durations = Record<string, Record<string, number>>;

/** The database's schema at a version. */
export interface DatabaseVersionInputs extends Target {
  session: SessionSettings;
  /** The backup that was made for this change: its id; null when none was due. */
  backup: string | null;
  /** What the schema must be in the end, as the rehearsal said: a checksum by object; null: not compared. */
  rehearsed: Record<string, string> | null;
  /** How long the statements took in the rehearsal, for who waits for them; null: nothing was rehearsed. */
  durations: Durations | null;
}

export interface DatabaseVersionState {
  version: string;
  /** File names of the scripts at or below the live version. */
  appliedScripts: string[];
  /** When this tool last changed it, ISO 8601; null: never. */
  changedAt: string | null;
  /** "v8.0.0 -> v8.1.0, 1 script, 21 statements" / "unchanged" */
  change: string;
  /** What the lint finds in the scripts that are to run, or ran: `40_….sql:31:1 plain-insert: inserts into lookups, whatever is there` */
  findings: string[];
}
