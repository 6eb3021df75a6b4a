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

interface Terminal {
  /** null where there is no terminal, or nothing is to be asked. */
  ask: Ask;
  /** Waits for work with questions in it. @throws Interrupted at a Ctrl-C, also between two questions */
  during<Result>(work: Promise<Result>): Promise<Result>;
  close(): void;
}

/** Questions on the terminal. */
export function terminal(isSilent: boolean): Terminal {
  if (isSilent || !process.stdin.isTTY || !process.stdout.isTTY) return { ask: null, during: (work) => work, close: () => undefined };
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  let stop: AbortController | undefined;
  let giveUp: ((why: Interrupted) => void) | undefined;
  // Between two questions Ctrl-C is for whatever runs then; the terminal, which is kept from sending it, is this interface's.
  lines.on("SIGINT", () => {
    lines.close();
    process.stdout.write("\n");
    if (stop !== undefined) stop.abort();
    else if (giveUp !== undefined) giveUp(new Interrupted());
    else process.kill(process.pid, "SIGINT");
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
  const during = <Result>(work: Promise<Result>): Promise<Result> =>
    new Promise<Result>((resolve, reject) => {
      giveUp = reject;
      work.then(resolve, reject);
    }).finally(() => (giveUp = undefined));
  return { ask, during, close: () => lines.close() };
}
