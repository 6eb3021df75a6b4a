import { Lines } from "./lines";
import type { Hide } from "./redact";
import { Tail } from "./tail";

const keptBytes = 1024 * 1024;
const keptLines = 20;
const longestLastLine = 300;

/** What a command printed: the end of each of its outputs, and its last lines in the order they came. */
export class Transcript {
  readonly #lastLines: string[] = [];
  readonly #stdout = new Tail(keptBytes);
  readonly #stderr = new Tail(keptBytes);
  readonly #stdoutLines = this.#lines();
  readonly #stderrLines = this.#lines();

  constructor(
    private readonly hide: Hide,
    private readonly onLine?: (line: string) => void,
  ) {}

  readonly stdout = (chunk: Buffer): void => {
    this.#stdout.add(chunk);
    this.#stdoutLines.add(chunk);
  };

  readonly stderr = (chunk: Buffer): void => {
    this.#stderr.add(chunk);
    this.#stderrLines.add(chunk);
  };

  /** Nothing more comes. */
  end(): { stdout: string; stderr: string } {
    this.#stdoutLines.end();
    this.#stderrLines.end();
    return { stdout: this.#stdout.toString(), stderr: this.hide(this.#stderr.toString()) };
  }

  /** For people: without secrets, and no longer than they read. */
  lastLines(): string[] {
    return this.#lastLines.map((line) => this.hide(line).slice(0, longestLastLine));
  }

  #lines(): Lines {
    const onLine = (line: string): void => {
      if (line.trim() !== "") this.#lastLines.push(line);
      if (this.#lastLines.length > keptLines) this.#lastLines.shift();
      this.onLine?.(line);
    };
    return new Lines(onLine, (text) => this.hide(text));
  }
}
