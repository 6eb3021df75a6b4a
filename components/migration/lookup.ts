import { posix } from "node:path";
import type { Lookup } from "../../provider/handler";
import type { ChainAnswer, ChainQuestion } from "./contract";
import { readScripts } from "./scripts";

/** Which scripts a commit carries, and where they lead. */
export const getChain: Lookup<ChainQuestion, ChainAnswer> = {
  check: ({ scripts }) =>
    scripts === undefined || !posix.isAbsolute(scripts)
      ? []
      : [{ propertyPath: "scripts", reason: `"${scripts}" must be relative to the repository, for example db/update_scripts` }],
  answer: async (question) => {
    const { chain, helpers } = await readScripts(question);
    return {
      scripts: chain.map(({ file, from, to, statements, checksum }) => ({ file, from, to, statements, checksum })),
      helpers: helpers.map(({ file, statements, checksum }) => ({ file, statements, checksum })),
      end: chain.at(-1)?.to ?? null,
    };
  },
};
