import type { ScriptSummary } from "./contract";
import type { Statement } from "./split";
import { isVersion, sameVersion } from "./version";

/** What a script's name says: `39a_update_v7.6.0_v8.0.0.sql`. */
export interface ScriptName {
  file: string;
  number: number;
  /** A letter behind the number puts a script between two others. */
  letter: string;
  from: string;
  to: string;
}

/** @returns undefined for a helper file: one that doesn't begin with a number, or isn't SQL */
export function parseScriptName(file: string): ScriptName | { problem: string } | undefined {
  if (!/^\d/.test(file) || !/\.sql$/i.test(file)) return undefined;
  const [, number, letter = "", from, to] = /^(\d+)([a-z]*)_update_(v?\d[^_\s]*)_(v?\d[^_\s]*?)\s*\.sql$/i.exec(file) ?? [];
  if (number === undefined || from === undefined || to === undefined || !isVersion(from) || !isVersion(to))
    return { problem: `${file}: the name must be NUMBER_update_vFROM_vTO.sql, for example 40_update_v8.0.0_v8.1.0.sql` };
  return { file, number: Number(number), letter: letter.toLowerCase(), from, to };
}

export const scriptOrder = (one: ScriptName, other: ScriptName): number =>
  one.number - other.number || (one.letter < other.letter ? -1 : one.letter > other.letter ? 1 : 0);

/** Everything that makes a chain ambiguous or wrong, each with its files. */
export function chainProblems(scripts: readonly ScriptName[]): string[] {
  const problems: string[] = [];
  for (const [index, script] of scripts.entries()) {
    for (const other of scripts.slice(0, index)) {
      if (scriptOrder(script, other) === 0) problems.push(`${other.file} and ${script.file} have the same number`);
      else if (sameVersion(script.from, other.from)) problems.push(`${other.file} and ${script.file} both start at ${script.from}: a fork`);
    }
  }
  return problems;
}

/** A version that the script itself sets, other than the one in its name. */
export function contradiction(script: ScriptName, statements: readonly Statement[]): string | undefined {
  for (const { text, line } of statements) {
    const [, set] = /^UPDATE\s+`?version`?\s+SET\s+`?version`?\s*=\s*['"]([^'"]+)['"]/i.exec(text) ?? [];
    if (set !== undefined && !sameVersion(set, script.to)) return `${script.file}:${line} sets version ${set}, but its name says ${script.to}`;
  }
  return undefined;
}

/** One line of a plan. */
export const scriptLine = ({ file, statements }: Pick<ScriptSummary, "file" | "statements">, done?: number): string =>
  `${file} (${done === undefined ? "" : `${done} of `}${statements} statements)`;

/** What a line of a plan says. */
export function parseScriptLine(line: string): { name: ScriptName; statements: number } | undefined {
  const [, file, statements] = /^(.*) \((?:\d+ of )?(\d+) statements\)$/.exec(line) ?? [];
  const name = file === undefined ? undefined : parseScriptName(file);
  return name === undefined || "problem" in name ? undefined : { name, statements: Number(statements) };
}
