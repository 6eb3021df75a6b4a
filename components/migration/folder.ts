import { isUtf8 } from "node:buffer";
import { type ChainProblem, chainProblems, contradiction, parseScriptName, scriptOrder } from "./chain";
import { type Script, scriptOf } from "./script";

/** A folder of update scripts, with whatever is wrong about it. */
export interface ScriptFolder {
  /** In order. */
  chain: Script[];
  /** Files without a number. */
  helpers: Script[];
  /** Why it can't be a chain. */
  problems: ChainProblem[];
}

/** Reads a folder's files, whatever they are. */
export function scriptFolder(files: readonly { name: string; content: Buffer }[]): ScriptFolder {
  const parsed = files.map((file) => ({ ...file, parsed: parseScriptName(file.name) }));
  const named = parsed.flatMap(({ content, parsed: name }) => (name === undefined || "problem" in name ? [] : [{ name, content }]));
  named.sort((one, other) => scriptOrder(one.name, other.name));
  const chain = named.map(({ name, content }) => scriptOf(name, content));
  return {
    chain,
    helpers: parsed
      .filter(({ name, parsed: script }) => script === undefined && /\.sql$/i.test(name))
      .map(({ name, content }) => scriptOf({ file: name, from: "", to: "" }, content)),
    problems: [
      ...parsed.flatMap(({ name, parsed: script }) =>
        script !== undefined && "problem" in script ? [{ file: name, text: script.problem }] : [],
      ),
      ...chainProblems(named.map(({ name }) => name)),
      ...named.flatMap(({ name, content }) => encodingProblem(name.file, content)),
      ...chain.flatMap(contradiction),
    ],
  };
}

/** Where the last script ends; null when there are none. */
export const endOf = ({ chain }: Pick<ScriptFolder, "chain">): string | null => chain.at(-1)?.to ?? null;

/** Whatever it is then, sending it as utf8mb4 would spoil it. */
export const encodingProblem = (file: string, content: Buffer): ChainProblem[] =>
  isUtf8(content) ? [] : [{ file, text: `${file} isn't UTF-8: convert it, for example with iconv -f latin1 -t utf-8` }];
