import { DeploymentError } from "../host/errors";
import type { Context } from "./handler";

/** Takes back what a step has changed, and says in a sentence what is true then. What it throws says what still is. */
export type TakeBack = (context: Context) => Promise<string>;

/** Another step failed, and what this run had changed is being taken back. */
export class BeingTakenBack extends DeploymentError {
  constructor() {
    super("this step was not begun: another one failed, and what this deployment changed is taken back. Its error says what is true now");
  }
}

/** What one run of the provider takes back when one of its steps fails: in reverse order, once. */
export class WayBack {
  #steps: TakeBack[] = [];
  #taken: Promise<string[]> | undefined;

  add(step: TakeBack): void {
    this.#steps.push(step);
  }

  /** From here on what was changed stays. */
  forget(): void {
    this.#steps = [];
  }

  /** @throws BeingTakenBack */
  assertForward(): void {
    if (this.#taken !== undefined) throw new BeingTakenBack();
  }

  /** Once a step has failed nothing new begins. @returns what is true now, a sentence each; nothing when there was nothing to take back. Where one step can't, those before it stay as well. */
  take(context: Context): Promise<string[]> {
    if (this.#steps.length === 0) return Promise.resolve([]);
    this.#taken ??= this.#take(context);
    return this.#taken;
  }

  async #take(context: Context): Promise<string[]> {
    const said: string[] = [];
    for (const step of this.#steps.toReversed()) {
      try {
        said.push(await step(context));
      } catch (error) {
        said.push(error instanceof Error ? error.message : String(error));
        break;
      }
    }
    return said;
  }
}
