import { createInterface } from "node:readline/promises";

/** Says a question and waits for the answer; null: nobody can be asked. */
export type Ask = ((text: string, usual?: string) => Promise<string>) | null;

/** Questions on the terminal; null where there is none, or nothing is to be asked. */
export function terminal(isSilent: boolean): { ask: Ask; close: () => void } {
  if (isSilent || !process.stdin.isTTY || !process.stdout.isTTY) return { ask: null, close: () => undefined };
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const ask = async (text: string, usual?: string): Promise<string> => {
    for (;;) {
      const answer = (await lines.question(`${text}${usual === undefined || usual === "" ? "" : ` [${usual}]`}: `)).trim();
      if (answer !== "" || usual !== undefined) return answer === "" ? (usual ?? "") : answer;
    }
  };
  return { ask, close: () => lines.close() };
}
