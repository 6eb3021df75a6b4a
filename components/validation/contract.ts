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
  /** The user's own test; null: none on this host. */
  integrationTest: IntegrationTest | null;
}

/**
 * The same checks through the live vhost, after everything else, and how users' release and its hosts do since. Due when `after` differs from the one
 * that was recorded with the last passed run.
 */
export interface DeploymentInputs extends Checks {
  /** `changedAt` of the switches and of the database version. */
  after: (string | null)[];
  /** Whether the maintenance window is open meanwhile, so that users' way is asked past it. */
  inWindow: boolean;
  limits: Limits;
  /** Asked several times for `limits.responseMilliseconds`. */
  health: HttpCheck;
  /** Folder of the backups on the database's host. */
  backupDirectory: string;
  /** Users' address, whose certificate is looked at when it is https; null: not from this host's checks. */
  url: string | null;
}

export interface Checks {
  host: string;
  release: string;
  /** Secret as a whole: logins, headers and bodies are in it. */
  checks: ApiCheck[];
  commands: CommandCheck[];
  /** Command line for bash, run in the slot as the runtime user, that answers with Doctrine's exit codes; empty: none. */
  schemaCommand: string;
  schema: SchemaStrictness;
  /** Version of the database when that is newer than what the release was made for: its schema can't be the one of the release then; else null. */
  newerDatabase: string | null;
}

/** An HTTP check that may be more than a GET by a stranger. */
export interface ApiCheck extends HttpCheck {
  /** Default: GET, or POST with a body. */
  method?: string;
  headers?: Record<string, string>;
  /** A text is sent as it is, anything else as JSON. */
  body?: unknown;
  /** Done once a run for all checks that have it; its token goes into the check's Authorization. */
  login?: Login;
  /** An answer that took longer is a warning. */
  maxMilliseconds?: number;
}

/** A POST of JSON, which answers with JSON that holds a token. */
export interface Login {
  /** "admin" */
  name: string;
  path: string;
  /** The JSON object: {"username": "admin", "password": "…"} */
  fields: Record<string, string>;
  /** Where the token is in the answer: "token", "data.access_token" */
  token: string;
  status: number;
  timeoutSeconds: number;
}

/** A command line for bash that must exit 0, run in the slot as the runtime user. */
export interface CommandCheck {
  name: string;
  command: string;
  timeoutSeconds: number;
}

/** What it means for a deployment that Doctrine finds its mapping wrong, or the database's schema not the mapping's. */
export interface SchemaStrictness {
  mapping: Strictness;
  sync: Strictness;
}

export type Strictness = "fail" | "warn" | "off";

/** A command line for bash on the deployer, against the candidate, that must exit 0. */
export interface IntegrationTest {
  command: string;
  timeoutSeconds: number;
  /** Absolute, on the deployer. */
  directory: string;
  /** Name that users reach the application under. */
  hostName: string;
}

/** From where on a measured value is a warning, or fails the deployment; false: never. */
export interface Limit {
  warn: number | false;
  fail: number | false;
}

/** All but the last: from there upwards. */
export interface Limits {
  /** The 95th percentile of `calls` requests for `health`. */
  responseMilliseconds: Limit & { calls: number };
  /** Lines of errors logged since the switch, at most an hour ago. */
  logErrors: Limit;
  /** Memory in use. */
  memoryPercent: Limit;
  /** Load average of the last minute, by CPU. */
  loadPerCpu: Limit;
  /** Space, or files, in use where slots, database and backups are. */
  diskPercent: Limit;
  /** Until users' certificate ends: from there downwards. */
  certificateDays: Limit;
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
  /** Warning: passed, but somebody should look. Inconclusive: it could not be asked; neither passed nor failed, but it stops. */
  result: "passed" | "warning" | "failed" | "inconclusive";
  /** Never holds a value of a login, a header or a body. */
  detail: string;
  milliseconds: number;
}
