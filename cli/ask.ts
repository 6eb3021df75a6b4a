import { createInterface } from "node:readline/promises";
import { Cancelled } from "../host/errors";

/**
 * Says a question and waits for the answer; null: nobody can be asked. What `wrongWith` finds wrong is said, and asked again.
 * @throws Interrupted
 */
export type Ask = ((text: string, usual?: string, wrongWith?: (answer: string) => string | null) => Promise<string>) | null;

/** Whoever was asked typed Ctrl-C, or ended the input. */
export class Interrupted extends Cancelled {
  constructor(note?: string) {
    super("this command", note);
  }
}

/** Questions on the terminal; null where there is none, or nothing is to be asked. */
export function terminal(isSilent: boolean): { ask: Ask; close: () => void } {
  if (isSilent || !process.stdin.isTTY || !process.stdout.isTTY) return { ask: null, close: () => undefined };
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  let stop: AbortController | undefined;
  // Between two questions Ctrl-C is for whatever runs then; the terminal, which is kept from sending it, is this interface's.
  lines.on("SIGINT", () => {
    lines.close();
    process.stdout.write("\n");
    if (stop === undefined) process.kill(process.pid, "SIGINT");
    else stop.abort();
  });
  const answerTo = async (question: string): Promise<string> => {
    stop = new AbortController();
    return lines
      .question(question, { signal: stop.signal })
      .catch(() => Promise.reject(new Interrupted()))
      .finally(() => (stop = undefined));
  };
  const ask: Ask = async (text, usual, wrongWith = () => null) => {
    const question = `${text}${usual === undefined || usual === "" ? "" : ` [${usual}]`}: `;
    for (;;) {
      const answer = (await answerTo(question)).trim() || usual;
      const wrong = answer === undefined ? "it must be said" : wrongWith(answer);
      if (answer !== undefined && wrong === null) return answer;
      process.stdout.write(`  ${wrong}\n`);
    }
  };
  return { ask, close: () => lines.close() };
}
