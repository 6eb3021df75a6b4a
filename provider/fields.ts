import type { Problem } from "./handler";

/** Reads an object that may be anything, and notes every problem with its path. What it then returns isn't to be used. */
export class Fields {
  readonly #values: Record<string, unknown>;

  constructor(
    value: unknown,
    private readonly path: string,
    private readonly problems: Problem[],
  ) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isObject) problems.push({ propertyPath: path, reason: "must be an object" });
    this.#values = isObject ? (value as Record<string, unknown>) : {};
  }

  /** @param example shown when it is missing or no text */
  text(name: string, example: string, options: { mayBeEmpty?: boolean } = {}): string {
    const value = this.#values[name];
    if (typeof value === "string" && (value !== "" || options.mayBeEmpty === true)) return value;
    this.#refuse(name, `must be a text, for example ${example}`);
    return "";
  }

  port(name: string, example: number): number {
    const value = this.#values[name];
    if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65535) return value;
    this.#refuse(name, `must be a whole number from 1 to 65535, for example ${example}`);
    return 0;
  }

  /** A field that may be left out. */
  optional<Value>(name: string, read: (name: string) => Value): Value | undefined {
    return this.#values[name] === undefined ? undefined : read(name);
  }

  object(name: string): Fields {
    return new Fields(this.#values[name], this.#at(name), this.problems);
  }

  list(name: string): Fields[] {
    const value = this.#values[name];
    if (Array.isArray(value) && value.length > 0)
      return value.map((one, index) => new Fields(one, `${this.#at(name)}[${index}]`, this.problems));
    this.#refuse(name, "must be a list with at least one element");
    return [];
  }

  #refuse(name: string, rule: string): void {
    const value = this.#values[name];
    this.problems.push({ propertyPath: this.#at(name), reason: value === undefined ? `is missing: it ${rule}` : rule });
  }

  #at(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }
}
