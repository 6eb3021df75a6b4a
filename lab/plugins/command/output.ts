import type { Log } from "./resource";

/** What a command printed. */
export interface Outcome {
  stdout: string;
  stderr: string;
}

/** Gathers what a command prints, and shows complete lines of the streams that are to be shown. */
export class Output {
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  readonly #both: Buffer[] = [];
  readonly #rest = { stdout: "", stderr: "" };

  constructor(
    private readonly log: Log,
    private readonly logging: string,
  ) {}

  stdout(chunk: Buffer): void {
    this.#stdout.push(chunk);
    this.#both.push(chunk);
    if (this.logging.startsWith("stdout")) this.#show("stdout", chunk);
  }

  stderr(chunk: Buffer): void {
    this.#stderr.push(chunk);
    this.#both.push(chunk);
    if (this.logging.toLowerCase().endsWith("stderr")) this.#show("stderr", chunk);
  }

  /** Without the end of the last line. */
  outcome(): Outcome {
    return { stdout: text(this.#stdout).replace(/\n$/, ""), stderr: text(this.#stderr).replace(/\n$/, "") };
  }

  /** The error of a command that failed: how, which, and all that it printed. */
  failure(how: string, command: string): Error {
    return new Error(`${how}: running ${JSON.stringify(command)}:\n${text(this.#both)}`);
  }

  #show(stream: "stdout" | "stderr", chunk: Buffer): void {
    const lines = (this.#rest[stream] + chunk.toString("utf8")).split("\n");
    this.#rest[stream] = lines.pop() ?? "";
    lines.forEach((line) => this.log.status(line));
  }
}

const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString("utf8");
