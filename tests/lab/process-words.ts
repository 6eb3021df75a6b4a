import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const everyMilliseconds = 20;

/**
 * Looks for secrets in what any process of this machine and of the lab's hosts, which run on it, was started with: arguments, and on the hosts variables, too.
 * The Pulumi program's own variables are Pulumi's way to hand it its config, and only its user can read them.
 */
export class ProcessWords {
  readonly #found = new Set<string>();

  readonly #timer: NodeJS.Timeout;

  constructor(private readonly secrets: readonly string[]) {
    this.#timer = setInterval(() => this.#look(), everyMilliseconds);
  }

  /** "arguments of sleep 60", once each, since the last call. */
  found(): string[] {
    const found = [...this.#found].sort();
    this.#found.clear();
    return found;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const place = `/proc/${pid}`;
      const words = contentOf(`${place}/cmdline`);
      this.#note("arguments", words, words);
      if (isElsewhere(place)) this.#note("variables", contentOf(`${place}/environ`), words);
    }
  }

  #note(kind: string, text: string, words: string): void {
    if (this.secrets.some((secret) => text.includes(secret))) this.#found.add(`${kind} of ${words.replaceAll("\0", " ").slice(0, 200)}`);
  }
}

/** Whether a process runs on a host of a lab. */
function isElsewhere(place: string): boolean {
  try {
    return readlinkSync(`${place}/ns/mnt`) !== readlinkSync("/proc/self/ns/mnt");
  } catch {
    return false; // it has ended
  }
}

/** Empty when the process has ended, or is somebody else's. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
