import type { Lookup } from "../../provider/handler";
import type { ChainAnswer, ChainQuestion } from "./contract";
import { readScripts } from "./scripts";

/** Which scripts a commit carries, and where they lead. */
export const getChain: Lookup<ChainQuestion, ChainAnswer> = {
  check: () => [],
  answer: async (question) => {
    const scripts = (await readScripts(question)).map(({ parts: _parts, ...summary }) => summary);
    return { scripts, end: scripts.at(-1)?.to ?? null };
  },
};
