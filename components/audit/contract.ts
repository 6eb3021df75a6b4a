export const recordToken = "apphost:audit:Record";

/** That a deployment came to its end, behind everything else that it did. Due when `after` differs from the one of the last deployment that did. */
export interface RecordInputs {
  release: string;
  commit: string;
  /** Where the database is. */
  databaseVersion: string;
  /** `changedAt` of the migration and of the switches. */
  after: (string | null)[];
}

export interface RecordState {
  /** null: none came to its end yet. */
  lastDeployment: DeploymentSeal | null;
  after: (string | null)[];
}

/** The last line of a deployment in the audit log, kept outside of it: a log that was cut or rewritten lacks it. */
export interface DeploymentSeal {
  deployment: string;
  /** ISO 8601. */
  at: string;
  /** sha256 of the line with its newline, 64 hex digits. */
  seal: string;
}

export const announceToken = "apphost:audit:announce";

/** What a run is to bring about: told before it begins, so that one that fails has a name, too. */
export type Goal = Pick<RecordInputs, "release" | "commit" | "databaseVersion">;

/** What is told to the audit log. */
export type AuditEvent =
  /** Whoever it is holds the lock now, and may change something. */
  | { event: "begun"; purpose: string; operator: string; run: string | null; wanted?: Goal }
  | { event: "step begun"; step: string }
  | { event: "step done"; step: string; change: string; seconds: number }
  | {
      event: "step failed";
      step: string;
      reason: string;
      takenBack: string[];
      seconds: number;
      /** Whether users had been taken to something new, and are back. */
      usersReturned?: true;
    }
  /** Somebody says that a box of the pre-flight is ticked, for a commit of the application. */
  | { event: "confirmed"; box: string; commit: string; operator: string }
  | { event: "preflight passed"; release: string; commit: string; operator: string; run: string | null }
  | ({ event: "done" } & Goal);

/** A line of the log. */
export type AuditLine = AuditEvent & {
  /** sha256 of the line before with its newline, 64 hex digits; of nothing for the first. */
  previous: string;
  /** ISO 8601, by the host's clock. */
  at: string;
  /** One run of a provider or of the command line. */
  deployment: string;
};
