import { isUtf8 } from "node:buffer";
import { chainProblems, contradiction, parseScriptName, scriptOrder } from "./chain";
import { type Script, scriptOf } from "./script";

/** A folder of update scripts, with whatever is wrong about it. */
export interface ScriptFolder {
  /** In order. */
  chain: Script[];
  /** Files without a number. */
  helpers: Script[];
  /** Why it can't be a chain, each with its files. */
  problems: string[];
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
      ...parsed.flatMap(({ parsed: script }) => (script !== undefined && "problem" in script ? [script.problem] : [])),
      ...chainProblems(named.map(({ name }) => name)),
      ...named.filter(({ content }) => !isUtf8(content)).map(({ name }) => `${name.file} isn't UTF-8`),
      ...chain.flatMap((script) => contradiction(script) ?? []),
    ],
  };
}

/** Where the last script ends; null when there are none. */
export const endOf = ({ chain }: Pick<ScriptFolder, "chain">): string | null => chain.at(-1)?.to ?? null;
