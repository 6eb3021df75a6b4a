import { inspect } from "node:util";

/** A value that must not be seen: prints as `[hidden]` wherever it is turned into text by accident. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself; only for what is sent on stdin, into a 0600 file or into a handshake. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[hidden]";
  }

  toJSON(): string {
    return "[hidden]";
  }

  [inspect.custom](): string {
    return "[hidden]";
  }
}
