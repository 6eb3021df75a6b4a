import type { ScriptSummary } from "./contract";
import type { Script } from "./script";
import { compareVersions, isVersion, sameVersion } from "./version";

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

const byNumber = (one: ScriptName, other: ScriptName): number =>
  one.number - other.number || (one.letter < other.letter ? -1 : one.letter > other.letter ? 1 : 0);

/** By number and letter; two with the same, which is a problem, by where they start. */
export const scriptOrder = (one: ScriptName, other: ScriptName): number => byNumber(one, other) || compareVersions(one.from, other.from);

/** As an acknowledgement names it. */
export const chainRule = "chain";

/** Why files are no chain. */
export interface ChainProblem {
  /** The file that an acknowledgement names. */
  file: string;
  /** With all its files, for a person. */
  text: string;
}

/** Everything that makes scripts, given in order, no chain: each problem with its files. */
export function chainProblems(scripts: readonly ScriptName[]): ChainProblem[] {
  return scripts.flatMap((script, index) => {
    const before = scripts.slice(0, index);
    const same = before.find((other) => byNumber(script, other) === 0);
    const fork = before.find((other) => sameVersion(script.from, other.from));
    const previous = before.at(-1);
    const problems: string[] = [];
    if (compareVersions(script.from, script.to) >= 0) problems.push(`${script.file} doesn't lead to a newer version`);
    if (same !== undefined) problems.push(`${same.file} and ${script.file} have the same number`);
    if (fork !== undefined) problems.push(`${fork.file} and ${script.file} both start at ${script.from}: a fork`);
    else if (previous !== undefined && !sameVersion(previous.to, script.from))
      problems.push(`${previous.file} ends at ${previous.to}, but the next one, ${script.file}, starts at ${script.from}: a gap`);
    return problems.map((text) => ({ file: script.file, text }));
  });
}

/** A version that the script itself sets, other than the one it is to lead to. */
export function contradiction({ file, to, parts }: Script): ChainProblem[] {
  for (const { text, line } of parts) {
    const [, set] = /^UPDATE\s+`?version`?\s+SET\s+`?version`?\s*=\s*['"]([^'"]+)['"]/i.exec(text) ?? [];
    if (set !== undefined && !sameVersion(set, to))
      return [{ file, text: `${file}:${line} sets the version to ${set}, but it should lead to ${to}` }];
  }
  return [];
}

/** One line of a plan; `done` for the script that a database is in the middle of. */
export const scriptLine = ({ file, statements }: Pick<ScriptSummary, "file" | "statements">, done?: number): string =>
  `${file} (${done === undefined ? "" : `${done} of `}${counted(statements, "statement")})`;

/** The same of a file that runs again whenever its content is another: `api_routes.sql (12 statements, 5741361c)` */
export const helperLine = ({ file, statements, checksum }: Pick<ScriptSummary, "file" | "statements" | "checksum">): string =>
  `${file} (${counted(statements, "statement")}, ${checksum.replace(/^sha256:/, "").slice(0, 8)})`;

/** "1 script", "2 scripts" */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
