import { pipeline, type Readable } from "node:stream";
import { Begun } from "./begun";
import { meaningOf, type Ending } from "./ending";
import { Cancelled, CommandFailed, TransferFailed } from "./errors";
import { framesInto } from "./frames";
import type { Host, Output, RunOptions } from "./host";
import { Secret } from "./secret";
import type { Session } from "./sessions";
import { complete, drainInto } from "./sink";
import { Transcript } from "./transcript";

/** The host gives a command 5 s from SIGTERM to SIGKILL; this is how long its end is waited for. */
const endingSeconds = 10;

const notSeen = "its end on the host was not seen, its time limit ends it at the latest";

/** One command while it runs: its input, its output, and its end, whichever side brings that about. */
export class Conversation {
  readonly #transcript: Transcript;
  readonly #begun = new Begun();
  readonly #started = performance.now();
  #giveUp: (ending: Ending) => void = () => undefined;
  readonly #givenUp = new Promise<Ending>((resolve) => (this.#giveUp = resolve));
  /** Why it was ended early. */
  #reason: ((seen: boolean) => Error) | undefined;
  #givingUp: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(
    private readonly session: Session,
    private readonly host: Pick<Host, "name" | "hide">,
    private readonly options: RunOptions,
  ) {
    this.#transcript = new Transcript(host.hide, options.onLine);
  }

  /** The output once it is over. @throws CommandFailed, Cancelled, TransferFailed */
  async output(): Promise<Output> {
    const { signal, timeoutSeconds, purpose } = this.options;
    const abort = (): void => this.#stop((seen) => new Cancelled(purpose, seen ? undefined : notSeen));
    const deadline = setTimeout(() => this.#stop(() => this.#failure("timed out")), (timeoutSeconds + endingSeconds) * 1000);
    this.#listen();
    const input = this.#send();
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    try {
      return await this.#outputAfter(await Promise.race([this.session.ended, this.#givenUp]));
    } finally {
      signal?.removeEventListener("abort", abort);
      clearTimeout(deadline);
      clearTimeout(this.#givingUp);
      this.#isOver = true;
      input.destroy();
    }
  }

  #listen(): void {
    const { channel } = this.session;
    channel.stderr.on("data", this.#transcript.stderr);
    if (this.options.onStdout === undefined) channel.on("data", this.#begun.past(this.#transcript.stdout));
    else
      drainInto(channel, this.options.onStdout, this.#begun, (error) =>
        this.#breakOff(`its output could not be written: ${error.message}`),
      );
  }

  #send(): NodeJS.WritableStream & { destroy(): void } {
    const { stdin } = this.options;
    const frames = framesInto(this.session.channel).on("error", () => undefined);
    if (stdin === undefined) return frames.end();
    if (typeof stdin === "string" || Buffer.isBuffer(stdin)) return frames.end(stdin);
    if (stdin instanceof Secret) return frames.end(stdin.reveal());
    pipeline(stdin as Readable, frames, (error) => {
      if (error && !this.#isOver) this.#breakOff(`its input could not be read: ${error.message}`);
    });
    return frames;
  }

  #breakOff(reason: string): void {
    this.#stop(() => new TransferFailed(this.host.name, this.options.purpose, reason));
  }

  /** Ends the command on the host: by the end of its channel's input, and by a signal in case that input is stuck. */
  #stop(reason: (seen: boolean) => Error): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    const { channel } = this.session;
    channel.signal("TERM");
    channel.eof();
    this.#givingUp = setTimeout(() => {
      channel.close();
      this.#giveUp("lost");
    }, endingSeconds * 1000);
  }

  async #outputAfter(ending: Ending): Promise<Output> {
    const printed = this.#transcript.end();
    if (this.#reason !== undefined) throw this.#reason(ending !== "lost");
    const meaning = meaningOf(ending, this.options.timeoutSeconds, (performance.now() - this.#started) / 1000);
    const code = ending === "lost" ? null : ending.code;
    if (code !== null && !this.#begun.hasBegun) throw this.#notBegun(code);
    if (code === null || !(this.options.expectedExitCodes ?? [0]).includes(code)) throw this.#failure(meaning, code ?? undefined);
    if (this.options.onStdout !== undefined) await this.#completeSink(this.options.onStdout);
    return { ...printed, exitCode: code };
  }

  async #completeSink(sink: NodeJS.WritableStream): Promise<void> {
    await complete(sink).catch((error: Error) => {
      throw new TransferFailed(this.host.name, this.options.purpose, `its output could not be written: ${error.message}`);
    });
  }

  /** sudo refused it, or the login runs something else in its place: whatever that answered is no answer to this. */
  #notBegun(code: number): CommandFailed {
    const { name, hide } = this.host;
    const said = hide(this.#begun.before)
      .split("\n")
      .filter((line) => line.trim() !== "");
    return new CommandFailed(name, this.options.purpose, code, [...said, ...this.#transcript.lastLines()].slice(-20), "did not begin");
  }

  #failure(meaning: CommandFailed["ending"], code?: number): CommandFailed {
    return new CommandFailed(this.host.name, this.options.purpose, code, this.#transcript.lastLines(), meaning);
  }
}
