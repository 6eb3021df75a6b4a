import { isDeepStrictEqual } from "node:util";
import type { Live } from "./handler";
import type { Values } from "./wire";

/** What one step was found to be. */
export interface Reading {
  /** What it was asked for. */
  wanted: Values;
  live: Live<Values, Values>;
  /** When the reading was begun. */
  at: Date;
}

/** Something that is being changed, or was. */
interface Change {
  /** undefined: more than one host, or none that can be told. */
  host: unknown;
  /** Milliseconds; infinite while it goes on. */
  ended: number;
}

/**
 * What this process has read of each step, by URN. The engine asks what differs and then has it made so: where nothing of this run has changed anything
 * meanwhile, one look is enough for both. A step of one host changes no other host.
 */
export class Readings {
  readonly #recorded = new Set<string>();
  readonly #kept = new Map<string, Reading>();
  readonly #changes: Change[] = [];

  /** What was recorded of a step was read by this process, or tried to be. */
  markRecorded(urn: string): void {
    this.#recorded.add(urn);
  }

  isRecorded(urn: string): boolean {
    return this.#recorded.has(urn);
  }

  keep(urn: string, reading: Reading): void {
    this.#kept.set(urn, reading);
  }

  /** What was kept, once, if it still holds. */
  take(urn: string, wanted: Values): Reading | undefined {
    const kept = this.#kept.get(urn);
    this.#kept.delete(urn);
    if (kept === undefined || !isDeepStrictEqual(kept.wanted, wanted)) return undefined;
    return this.#changes.some((change) => touches(change.host, wanted["host"]) && change.ended >= kept.at.getTime()) ? undefined : kept;
  }

  /** @param wanted of the step that changes something meanwhile */
  async changing<Result>({ host }: Values, work: () => Promise<Result>): Promise<Result> {
    const change: Change = { host, ended: Infinity };
    this.#changes.push(change);
    return work().finally(() => (change.ended = Date.now()));
  }
}

const touches = (one: unknown, other: unknown): boolean => one === undefined || other === undefined || one === other;
