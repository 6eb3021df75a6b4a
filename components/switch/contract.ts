import type { Slot } from "../../host/site";

export const switchToken = "apphost:switch:Switch";

/** Which slot users are served from, on one host. */
export interface SwitchInputs {
  host: string;
  /** Live: the slot that `current` points at; "none" before the first switch. */
  slot: Slot | "none";
  /** Live: the active slot's commit; "none" or "unknown". */
  commit: string;
  release: string;
  /** What must hold right after the switch, through the live vhost; else it is switched back. */
  probe: HttpCheck;
  /** How often the probe must pass in a row. */
  probes: number;
  /** Whether the maintenance window is open meanwhile: users are answered 503, and a later failure switches back. */
  inWindow: boolean;
}

export interface SwitchState {
  activeSlot: Slot | "none";
  release: string;
  commit: string;
  previousRelease: string | null;
  /** Whether nginx answers 503 (the maintenance file exists). */
  maintenance: boolean;
  /** When users were last switched, by this tool or by hand, ISO 8601; null: never. */
  changedAt: string | null;
  /** "blue -> green" / "unchanged" */
  change: string;
}

/** One HTTP question and what its answer must be. */
export interface HttpCheck {
  name: string;
  /** "/cms-api/v1/health" */
  path: string;
  /** Host header. */
  hostName: string;
  timeoutSeconds: number;
  /** Status code. */
  status: number;
  /** Text that the body must contain. */
  contains?: string;
}
