import type { Slot } from "../../host/site";

export const commitToken = "apphost:release:getCommit";

/** Which commit does a tag, branch or commit id stand for? */
export interface CommitQuestion {
  /** URL, or path on the deployer. */
  repository: string;
  /** Tag, branch, or commit id (at least 7 digits). */
  release: string;
}

export interface CommitAnswer {
  /** 40 hex digits. */
  commit: string;
}

/** Stands for an environment that is a shared file, which somebody keeps by hand. */
export const byHand = "by hand";

export const releaseToken = "apphost:release:Release";

/** Code at a commit, built in a slot of one host. */
export interface ReleaseInputs {
  host: string;
  repository: string;
  /** As configured; what people call it. */
  release: string;
  commit: string;
  /** Commands run in the slot, in this order, each a line for bash. */
  build: string[];
  /** Paths relative to the slot that are links into the shared folder; those with a file extension or a leading dot are files. */
  shared: string[];
  /** Time limit of each build command. */
  buildTimeoutSeconds: number;
  /** Which .env.local the slot has: a mark of the stack's own, which is written into it; or "by hand": one of the shared files. Live also "another". */
  environment: string;
}

export interface ReleaseState {
  host: string;
  commit: string;
  release: string;
  /** Where this release stands: the slot to be switched to, or already active. */
  slot: Slot;
  /** When it was built there, ISO 8601; null: nothing tells. */
  builtAt: string | null;
  /** What the other slot holds. */
  previousRelease: string | null;
  /** "in green, replacing v8.0.0" / "unchanged" */
  change: string;
}

/** Written into a slot as `.release.json` by the last step of its build; a slot without it is not complete. */
export interface ReleaseMarker {
  release: string;
  commit: string;
  builtAt: string;
  /** How it was made; made otherwise, the same commit is built anew. Absent: not known, so anything counts as the same. */
  recipe?: Pick<ReleaseInputs, "build" | "shared">;
}

/** A complete release as it stands in its slot. */
export interface StandingRelease extends ReleaseMarker {
  /** sha256 of its .env.local, as 64 hex digits; absent: it has none. */
  environment?: string;
}

/** What one look at a host's slots tells. */
export interface SlotsState {
  /** Where `current` points; null before the first switch. "foreign" targets (not one of the slots) are reported in `foreignTarget`. */
  active: Slot | null;
  foreignTarget: string | null;
  blue: StandingRelease | null;
  green: StandingRelease | null;
}
