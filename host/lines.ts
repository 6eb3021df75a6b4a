import { StringDecoder } from "node:string_decoder";
import { stripVTControlCharacters } from "node:util";

const longestLine = 4096;

/** Cuts a byte stream into lines as they come, without terminal control; a longer line than 4096 characters comes in pieces. */
export class Lines {
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";

  constructor(private readonly onLine: (line: string) => void) {}

  add(chunk: Buffer): void {
    const text = this.#rest + this.#decoder.write(chunk);
    const known = withoutReturns(text);
    const pieces = known.split(/\r+\n?|\n/);
    this.#rest = (pieces.pop() ?? "") + (known === text ? "" : "\r");
    for (const piece of pieces) this.#give(piece);
    while (this.#rest.length >= longestLine) {
      this.#give(this.#rest.slice(0, longestLine));
      this.#rest = this.#rest.slice(longestLine);
    }
  }

  /** The last line, if it has no line feed. */
  end(): void {
    const rest = withoutReturns(this.#rest + this.#decoder.end());
    this.#rest = "";
    if (rest !== "") this.#give(rest);
  }

  #give(line: string): void {
    const text = stripVTControlCharacters(line);
    for (let at = 0; at === 0 || at < text.length; at += longestLine) this.onLine(text.slice(at, at + longestLine));
  }
}

/** What may be half of a line's end is left off; by hand, since a pattern for the end of a text is tried at each of its characters. */
function withoutReturns(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\r") end -= 1;
  return text.slice(0, end);
}
