import { chainProblems, parseScriptName, type ScriptName, scriptOrder } from "../chain";
import type { Finding } from "./lint";

/** What can be wrong with files, not with statements. The migration refuses such scripts; to accept them, the config names the rule "chain". */
export const fileProblems = {
  chain: {
    class: "version",
    title: "the scripts are no chain",
    instead: "Name them NUMBER_update_vFROM_vTO.sql; each begins at the version where the one before it ends.",
  },
  "not-utf8": {
    class: "encoding",
    title: "a file isn't UTF-8",
    instead: "Convert it, for example with iconv -f latin1 -t utf-8.",
  },
} as const;

/** A finding about a file. */
export const fileFinding = (rule: keyof typeof fileProblems, script: string, message: string): Finding => ({
  rule,
  class: fileProblems[rule].class,
  breaksOldCode: false,
  script,
  line: 1,
  column: 1,
  message,
  statement: "",
  instead: fileProblems[rule].instead,
});

/** The files of a folder in the order that they run in: the chain, misnamed ones, helper files. */
export function inOrder<File extends { file: string }>(files: readonly File[]): File[] {
  const place = ({ file }: File): number => {
    const name = parseScriptName(file);
    return name === undefined ? 2 : "problem" in name ? 1 : 0;
  };
  const compare = (one: File, other: File): number => {
    const [a, b] = [parseScriptName(one.file), parseScriptName(other.file)];
    if (a !== undefined && b !== undefined && !("problem" in a) && !("problem" in b)) return scriptOrder(a, b);
    return place(one) - place(other) || (one.file < other.file ? -1 : 1);
  };
  return [...files].sort(compare);
}

/** What is wrong with the chain that these files, in order, should be; each problem at its script. */
export function chainFindings(files: readonly string[]): Finding[] {
  const names: ScriptName[] = [];
  let known = 0;
  return files.flatMap((file) => {
    const name = parseScriptName(file);
    if (name === undefined) return [];
    if ("problem" in name) return [fileFinding("chain", file, name.problem)];
    names.push(name);
    const problems = chainProblems(names);
    const found = problems.slice(known).map(({ text }) => fileFinding("chain", file, text));
    known = problems.length;
    return found;
  });
}
