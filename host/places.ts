/** A limited number of places, given in the order they were asked for. */
export class Places {
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  /** Waits for a place; call what is returned to leave it. @throws the signal's reason when it was aborted before */
  async enter(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#taken < this.limit) this.#taken += 1;
    else await this.#turn(signal);
    return () => {
      this.#taken -= 1;
      this.#admit();
    };
  }

  #admit(): void {
    const next = this.#taken < this.limit ? this.#waiting.shift() : undefined;
    if (next === undefined) return;
    this.#taken += 1;
    next();
  }

  #turn(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      const abort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", abort);
      this.#waiting.push(enter);
    });
  }
}
