import type { Script } from "./script";

/** A numbered script that isn't the same in two commits. */
export interface ScriptChange {
  file: string;
  /** "edited": its comments alone. */
  change: "added" | "changed" | "edited" | "removed" | "renamed";
  statements: number;
  /** First line of the first statement after the one that sets the version. */
  first: string;
  /** The name before. */
  was?: string;
}

/** By name; a script that is under another name with the same content is a renamed one. */
export function scriptChanges(before: readonly Script[], after: readonly Script[]): ScriptChange[] {
  const removed = before.filter(({ file }) => !after.some((other) => other.file === file));
  const renamedFrom = (script: Script): Script | undefined => removed.find(({ checksum }) => checksum === script.checksum);
  const there = after.flatMap((script): ScriptChange[] => {
    const was = before.find(({ file }) => file === script.file);
    const old = was === undefined ? renamedFrom(script) : undefined;
    if (old !== undefined) return [{ ...described(script), change: "renamed", was: old.file }];
    if (was === undefined) return [{ ...described(script), change: "added" }];
    if (was.checksum === script.checksum) return [];
    return [{ ...described(script), change: statementsOf(was) === statementsOf(script) ? "edited" : "changed" }];
  });
  const gone = removed.filter(({ file }) => !there.some(({ was }) => was === file));
  return [...there, ...gone.map((script): ScriptChange => ({ ...described(script), change: "removed" }))];
}

const statementsOf = ({ parts }: Script): string => parts.map(({ text }) => text).join("\0");

function described({ file, statements, parts }: Script): Pick<ScriptChange, "file" | "statements" | "first"> {
  const own = parts.find(({ text }) => !/^UPDATE\s+`?version`?\s/i.test(text)) ?? parts[0];
  return { file, statements, first: own?.text.split("\n")[0]?.trim() ?? "" };
}
