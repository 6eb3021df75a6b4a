import { askWhetherItEnded } from "./errors";
import type { LedgerRow } from "./ledger";
import { checksumOfFirst, type Script } from "./script";
import type { Statement } from "./split";
import { assignedVariables, type KeptVariables, parseVariables } from "./variables";

/** Where a script is taken up again. */
export interface Continuation {
  /** Statements that are done. */
  done: number;
  /** Settings that those made for their session, to be made again in a new one. */
  repeat: Statement[];
  /** Variables of that session, as they were when it stopped; none where it was lost. */
  variables?: KeptVariables["values"];
}

/** How a script that stopped half way goes on, or why it can't and what a person does then: pure. */
export function continuation(script: Script, row: LedgerRow): Continuation | { problem: string; remedy: string } {
  const { done, state } = row;
  if (state === "running" && done < row.statements)
    return {
      problem: `it was interrupted in statement ${done + 1}, and nobody saw how that ended`,
      remedy: `To go on, ${askWhetherItEnded(script.file, done)}`,
    };
  if (done > script.statements || !isUnchanged(script, row))
    return {
      problem: `one of its first ${done} statements, which have run already, was changed since`,
      remedy: "Put them back as they were.",
    };
  const kept = parseVariables(row.variables);
  const variables = kept?.done === done ? kept.values : {};
  const lost = lostForTheRest(script.parts.slice(0, done), script.parts.slice(done), variables);
  if (lost !== undefined)
    return {
      problem: `statement ${done + 1} or a later one needs ${lost}, which ended with the session`,
      remedy: `Run its statements from ${done + 1} on by hand, then type: npx selfhelp migrations resolve ${script.file} --by-hand, and pulumi up.`,
    };
  return { done, repeat: script.parts.slice(0, done).filter(isSetting), variables };
}

/** A person who says how a statement ended leaves the checksum empty. */
const isUnchanged = (script: Script, { done, done_checksum }: LedgerRow): boolean =>
  ["", checksumOfFirst(script, done)].includes(done_checksum);

/** Whether a statement asks about the one right before it, so that nothing may be sent in between. */
export const looksBack = ({ text }: Statement): boolean =>
  /\b(ROW_COUNT|FOUND_ROWS)\s*\(|\bGET\s+(CURRENT\s+)?DIAGNOSTICS\b|^SHOW\s+(COUNT|WARNINGS|ERRORS)/i.test(text);

/** `SET …` of constants and variables: the same whenever it is run. */
const isSetting = ({ text }: Statement): boolean =>
  /^(\/\*M?!\d*\s*)?(SET(?!\s+(GLOBAL|PASSWORD|DEFAULT\s+ROLE)\b)|USE)\s[^(]*$/i.test(text);

/** What of the session of the first statements is needed by the rest and can't be had again. */
function lostForTheRest(first: readonly Statement[], rest: readonly Statement[], kept: KeptVariables["values"]): string | undefined {
  const needed = [...first.filter(isSetting), ...rest].map(({ text }) => text).join("\n");
  const variables = first.filter((statement) => !isSetting(statement)).flatMap(({ text }) => assignedVariables(text));
  const tables = first.flatMap(
    ({ text }) => /^CREATE\s+(?:OR\s+REPLACE\s+)?TEMPORARY\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?`?([\w$]+)/i.exec(text)?.[1] ?? [],
  );
  const prepared = first.flatMap(({ text }) => /^PREPARE\s+`?([\w$]+)/i.exec(text)?.[1] ?? []);
  const variable = variables.find((name) => !(name in kept) && mentions(needed, `@${name}`));
  if (variable !== undefined) return `the variable @${variable}`;
  const table = tables.find((name) => mentions(needed, name));
  if (table !== undefined) return `the temporary table ${table}`;
  const statement = prepared.find((name) => mentions(needed, name));
  if (statement !== undefined) return `the prepared statement ${statement}`;
  if (rest[0] !== undefined && first.length > 0 && looksBack(rest[0])) return "the result of the one before it";
  return needsInsertId(rest) && first.some(insertsRows) ? "LAST_INSERT_ID()" : undefined;
}

const mentions = (text: string, word: string): boolean =>
  new RegExp(`(?<![\\w$@])${word.replace(/[$.]/g, "\\$&")}(?![\\w$])`, "i").test(text);

const insertsRows = ({ text }: Statement): boolean => /^(INSERT|REPLACE|CALL)\b/i.test(text);

/** Whether LAST_INSERT_ID() is asked before the rest inserts something itself. */
function needsInsertId(rest: readonly Statement[]): boolean {
  const own = rest.findIndex(insertsRows);
  return rest
    .slice(0, own === -1 ? rest.length : own + 1)
    .some(({ text }) => /\bLAST_INSERT_ID\s*\(\s*\)/i.test(text) && !/^CREATE\b/i.test(text));
}
