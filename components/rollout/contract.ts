import type { BatchSize } from "./batches";

/** In which order hosts are switched, and what happens when one fails. */
export interface Rollout {
  batch: BatchSize;
  pauseSeconds: number;
  maxFailures: number;
}

/** What is said to a load balancer, for one host: nothing in it is left to be replaced. Has secrets in it. */
export type Hook = CommandHook | HttpHook;

export interface CommandHook {
  /** A program of the deployer, and its arguments. */
  command: string[];
  /** Added to the deployer's own; may be secret. */
  environment: Record<string, string>;
  timeoutSeconds: number;
}

export interface HttpHook {
  url: string;
  method: string;
  /** May be secret. */
  headers: Record<string, string>;
  body?: string;
  timeoutSeconds: number;
}

/** What the load balancer is told before a host is switched, and after it. */
export interface Hooks {
  drain?: Hook;
  admit?: Hook;
}
