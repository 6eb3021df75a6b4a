import type { Slot } from "../../host/site";
import type { Hooks, Rollout } from "../rollout/contract";

export const switchToken = "apphost:switch:Switch";

/** Which slot users are served from, on every host. Maps are by host name. */
export interface SwitchInputs extends Switching {
  /** In the order in which they are switched. */
  hosts: string[];
  /** Live: the slot that `current` points at; "none" before the first switch. */
  slots: Record<string, Slot | "none">;
  /** Live: the active slot's commit; "none" or "unknown". */
  commits: Record<string, string>;
  /** Live: hosts whose last switch was cut short before it was proven; none are to be left. */
  unproven: string[];
  rollout: Rollout;
  /** Has secrets in it. */
  hooks: Record<string, Hooks>;
}

/** How each host is switched. */
export interface Switching {
  release: string;
  /** What must hold right after the switch, through the live vhost; else it is switched back. */
  probe: HttpCheck;
  /** How often the probe must pass in a row. */
  probes: number;
  /** Whether the maintenance window is open meanwhile: users are answered 503, and a later failure switches back. */
  inWindow: boolean;
}

/** Maps are by host name; what is null on a host has no entry. */
export interface SwitchState {
  activeSlots: Record<string, Slot | "none">;
  releases: Record<string, string>;
  commits: Record<string, string>;
  previousReleases: Record<string, string>;
  /** Whether nginx answers 503 (the maintenance file exists). */
  maintenance: Record<string, boolean>;
  /** When users were last switched, by this tool or by hand, ISO 8601. */
  changedAt: Record<string, string>;
  /** "blue -> green" / "unchanged" */
  changes: Record<string, string>;
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
