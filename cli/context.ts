import { plainLines } from "../host/plain";
import type { Context, Inventory } from "../provider/handler";
import { WayBack } from "../provider/way-back";

/**
 * What a handler is given, for a command that a person watches: messages go to stderr, progress only to a terminal. Ctrl-C stops it at its next safe point; a
 * second one ends it at once.
 */
export function commandContext(inventory: Inventory): Context {
  const cancel = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => cancel.abort());
  let shown = "";
  const isWatched = process.stderr.isTTY;
  const { hide } = inventory.databaseHost();
  const forPeople = (text: string): string => plainLines(hide(text));
  const say = (text: string): void => void process.stderr.write(isWatched ? `\r\x1b[K${forPeople(text)}\n` : `${forPeople(text)}\n`);
  return {
    inventory,
    wayBack: new WayBack(),
    signal: cancel.signal,
    progress: (text) => {
      if (isWatched && text !== shown) process.stderr.write(`\r\x1b[K${forPeople(text)}`);
      shown = text;
    },
    info: say,
    warn: (text) => say(`warning: ${text}`),
  };
}
