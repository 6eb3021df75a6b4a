import type { Replacing } from "../diff";
import type { Properties } from "../values";

/** One thing to do to one resource. All values are plain; secrets were unwrapped. */
export interface Step {
  inputs: Properties;
  /** Inputs and outputs before; empty on create. */
  was: Properties;
  /** Aborted when the user cancels. */
  signal: AbortSignal;
  log: Log;
}

export interface Log {
  /** On the resource's own line while it works; the next one replaces it. */
  status(line: string): void;
  warning(text: string): void;
  error(text: string): void;
}

/** Something wrong with an input. */
export interface Problem {
  property: string;
  reason: string;
}

/** A kind of resource: what it takes, and what it does. */
export interface Resource extends Replacing {
  required: readonly string[];
  /** Commands are named after the resource. */
  namedId: boolean;
  problems?(inputs: Properties): Problem[];
  /** Outputs that nobody knows before the step ran. */
  unknowns(inputs: Properties): readonly string[];
  /** These three return outputs beside the inputs. */
  create(step: Step): Promise<Properties>;
  update(step: Step): Promise<Properties>;
  remove(step: Step): Promise<void>;
}
