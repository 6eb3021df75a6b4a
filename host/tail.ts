/** Keeps the end of a byte stream, at most `limit` bytes. */
export class Tail {
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(private readonly limit: number) {}

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes - (this.#chunks[0]?.length ?? 0) >= this.limit) this.#bytes -= this.#chunks.shift()?.length ?? 0;
  }

  toString(): string {
    const kept = Buffer.concat(this.#chunks);
    return kept.toString("utf8", Math.max(0, kept.length - this.limit));
  }
}
