import { StringDecoder } from "node:string_decoder";
import { stripVTControlCharacters } from "node:util";
import type { Hide } from "./redact";

const longestLine = 4096;

/**
 * Cuts a byte stream into lines as they come, without terminal control; a longer line than 4096 characters comes in pieces, without the secrets that
 * would be cut in two.
 */
export class Lines {
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";

  constructor(
    private readonly onLine: (line: string) => void,
    private readonly hide: Hide,
  ) {}

  add(chunk: Buffer): void {
    const text = this.#rest + this.#decoder.write(chunk);
    const known = withoutReturns(text);
    const pieces = known.split(/\r+\n?|\n/);
    this.#rest = (pieces.pop() ?? "") + (known === text ? "" : "\r");
    for (const piece of pieces) this.#give(piece);
    if (this.#rest.length >= 2 * longestLine) this.#givePieces();
  }

  /** A secret that isn't whole yet begins in the last piece: that one stays. */
  #givePieces(): void {
    const text = this.hide(stripVTControlCharacters(this.#rest));
    const pieces = Math.max(0, Math.floor(text.length / longestLine) - 1) * longestLine;
    if (pieces > 0) this.#give(text.slice(0, pieces));
    this.#rest = text.slice(pieces);
  }

  /** The last line, if it has no line feed. */
  end(): void {
    const rest = withoutReturns(this.#rest + this.#decoder.end());
    this.#rest = "";
    if (rest !== "") this.#give(rest);
  }

  #give(line: string): void {
    const stripped = stripVTControlCharacters(line);
    const text = stripped.length > longestLine ? this.hide(stripped) : stripped;
    for (let at = 0; at === 0 || at < text.length; at += longestLine) this.onLine(text.slice(at, at + longestLine));
  }
}

/** What may be half of a line's end is left off; by hand, since a pattern for the end of a text is tried at each of its characters. */
function withoutReturns(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\r") end -= 1;
  return text.slice(0, end);
}
