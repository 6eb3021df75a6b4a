import type { Slot } from "../../host/site";
import type { HttpCheck } from "../switch/contract";

export const candidateToken = "apphost:validation:Candidate";
export const deploymentToken = "apphost:validation:Deployment";

/** Checks of a release on one host before the switch, through 127.0.0.1:8080. Due while `slot` and `commit` are not what users are served from. */
export interface CandidateInputs extends Checks {
  /** Live: the active slot; "none" before the first switch. */
  slot: Slot | "none";
  /** Live: the active slot's commit; "none" or "unknown". */
  commit: string;
}

/** The same checks through the live vhost, after everything else. Due when `after` differs from the one that was recorded with the last passed run. */
export interface DeploymentInputs extends Checks {
  /** `changedAt` of the switches and of the database version. */
  after: (string | null)[];
  /** Whether the maintenance window is open meanwhile, so that users' way is asked past it. */
  inWindow: boolean;
}

export interface Checks {
  host: string;
  release: string;
  checks: HttpCheck[];
  /** Command line for bash that must exit 0, run in the slot as the runtime user; empty: none. */
  schemaCommand: string;
  /** Version of the database when that is newer than what the release was made for: its schema can't be the one of the release then; else null. */
  newerDatabase: string | null;
}

export interface ValidationState {
  results: CheckResult[];
  /** "5 checks of v8.1.0 in green" / "unchanged" */
  change: string;
}

export interface DeploymentState extends ValidationState {
  /** What the last passed run came after; empty: there was none. */
  after: (string | null)[];
}

export interface CheckResult {
  check: string;
  /** Inconclusive: it could not be asked; neither passed nor failed, but it stops. */
  result: "passed" | "failed" | "inconclusive";
  detail: string;
  milliseconds: number;
}
