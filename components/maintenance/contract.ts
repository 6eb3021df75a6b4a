import type { Target } from "../migration/contract";
import type { HttpCheck } from "../switch/contract";

export const windowToken = "apphost:maintenance:Window";
export const endToken = "apphost:maintenance:End";

/**
 * Opens the maintenance window on every host whenever what is live differs from what is wanted. As for a backup, the live values of `version`,
 * `scripts` and `commits` are read from the database and the hosts.
 */
export interface WindowInputs extends Target {
  /** Active commit by host name. */
  commits: Record<string, string>;
  /** How long requests that have begun may take to end; after that their php-fpm is restarted. */
  drainSeconds: number;
}

export interface WindowState {
  /** When this tool opened the window that is open now, ISO 8601; null: none is, or somebody opened it by hand. */
  openedAt: string | null;
  /** "opens on web1, web2" / "unchanged" */
  change: string;
}

/** Closes the window behind everything else. One that was opened by hand stays. */
export interface EndInputs {
  hosts: string[];
  /** When the window was opened that is to be closed; null: there is none. Live: null, as none is to be left. */
  openedAt: string | null;
  /** What users must be answered then. */
  probe: HttpCheck;
}

export interface EndState {
  /** "closes on web1, web2" / "unchanged" */
  change: string;
}
