import { DeploymentError, textOf } from "../host/errors";
import type { Context } from "./handler";

/** Takes back what a step has changed, and says in a sentence what is true then. What it throws says what still is. */
export type TakeBack = (context: Context) => Promise<string>;

/** Another step failed, and what this run had changed is being taken back. */
export class BeingTakenBack extends DeploymentError {
  constructor() {
    super("this step was not begun: another one failed, and what this deployment changed is taken back. Its error says what is true now");
  }
}

/** What one run of the provider takes back when one of its steps fails: in reverse order, once. Nothing, unless a maintenance window was opened by this run. */
export class WayBack {
  #steps: { take: TakeBack; otherwise: string }[] = [];
  #taken: Promise<string[]> | undefined;
  #isInWindow = false;

  /** Whether this run has opened a window: nobody writes meanwhile, so that taking back loses nothing. */
  get isInWindow(): boolean {
    return this.#isInWindow;
  }

  /** Begins with the window itself. @param otherwise what is true when it isn't taken back because another step could not be */
  begin(step: TakeBack, otherwise: string): void {
    this.#isInWindow = true;
    this.#steps.push({ take: step, otherwise });
  }

  /** Nothing is remembered while users are served: what they do would be lost. */
  add(step: TakeBack, otherwise = ""): void {
    if (this.#isInWindow) this.#steps.push({ take: step, otherwise });
  }

  /** From here on what was changed stays. */
  forget(): void {
    this.#steps = [];
    this.#isInWindow = false;
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
    const steps = this.#steps.toReversed();
    const refusal = await lockAgain(context);
    if (refusal !== undefined) return [refusal, ...steps.map(({ otherwise }) => otherwise)].filter((sentence) => sentence !== "");
    for (const [index, { take }] of steps.entries()) {
      try {
        said.push(await take(context));
      } catch (error) {
        said.push(textOf(error));
        said.push(...steps.slice(index + 1).map(({ otherwise }) => otherwise));
        break;
      }
    }
    return said.filter((sentence) => sentence !== "");
  }
}

/** Whoever has the lock by now may have begun to change things. @returns why nothing may be taken back; undefined: it may */
async function lockAgain({ inventory }: Context): Promise<string | undefined> {
  try {
    return void (await inventory.relock());
  } catch (error) {
    return textOf(error);
  }
}
