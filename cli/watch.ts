import { setTimeout as sleep } from "node:timers/promises";

const screen = {
  /** A screen of its own, without cursor and line wrap. */
  enter: "\x1b[?1049h\x1b[?25l\x1b[?7l",
  leave: "\x1b[?7h\x1b[?25h\x1b[?1049l",
  start: "\x1b[H",
  restOfLine: "\x1b[K",
  restOfScreen: "\x1b[J",
};

/**
 * Looks again and again until Ctrl-C (or until nobody reads on). In a terminal the text is written over the one before, in place, and the last one stays when it
 * ends; elsewhere each is written behind the one before.
 */
export async function watch(everySeconds: number, look: () => Promise<string>): Promise<void> {
  const output = process.stdout;
  const ended = new AbortController();
  const end = (): void => ended.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
  output.once("error", end);
  if (output.isTTY) output.write(screen.enter);
  let last = "";
  const whenEnded = new Promise<undefined>((resolve) => ended.signal.addEventListener("abort", () => resolve(undefined)));
  try {
    while (!ended.signal.aborted) {
      const text = await Promise.race([look(), whenEnded]);
      if (text === undefined) break;
      last = text;
      output.write(output.isTTY ? redrawn(text, output.rows) : text);
      await sleep(everySeconds * 1000, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  } finally {
    if (output.isTTY) output.write(`${screen.leave}${last}`);
  }
}

/** The text over the one before, as far as it fits; a terminal that does not know its size has 0 rows. */
function redrawn(text: string, rows: number): string {
  const lines = text
    .replace(/\n$/, "")
    .split("\n")
    .slice(0, rows > 0 ? rows : undefined);
  return `${screen.start}${lines.map((line) => `${line}${screen.restOfLine}`).join("\n")}${screen.restOfScreen}`;
}
