/** The first that a command's session prints, by `lifeline`: what stands before it comes from the login (start-up files of the shell, a forced command). */
export const begunLine = "-- selfhelp: output --\n";

/** A login that prints more is shown by its end. */
const keptBytes = 2000;

/** Where a command's own output begins in what its session prints. */
export class Begun {
  readonly #line = Buffer.from(begunLine);
  #before = Buffer.alloc(0);
  #hasBegun = false;

  /** False at a session's end: something else was run in the command's place, or nothing. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** The end of what was printed before. */
  get before(): string {
    return this.#before.toString("utf8");
  }

  /** Passes on what comes behind that line. */
  past(next: (chunk: Buffer) => void): (chunk: Buffer) => void {
    return (chunk) => {
      if (this.#hasBegun) return next(chunk);
      const all = Buffer.concat([this.#before, chunk]);
      const at = all.indexOf(this.#line);
      this.#hasBegun = at !== -1;
      this.#before = all.subarray(0, this.#hasBegun ? at : undefined).subarray(-keptBytes);
      const rest = all.subarray(at + this.#line.length);
      if (this.#hasBegun && rest.length > 0) next(rest);
    };
  }
}
