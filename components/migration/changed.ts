import type { LedgerRow } from "./ledger";
import { checksumOfFirst, type Script } from "./script";
import { sameVersion } from "./version";

/** As an acknowledgement names it. */
export const changedRule = "changed-script";

/** A script that isn't the one any more that was applied. */
export interface ChangedScript {
  script: Script;
  row: LedgerRow;
}

/** Comments may change; a row whose checksum a person left empty is taken as it is. */
export const changedScripts = (applied: readonly LedgerRow[], chain: readonly Script[]): ChangedScript[] =>
  chain.flatMap((script) => {
    const row = applied.find((one) => one.script === script.file && sameVersion(one.from_version, script.from));
    if (row === undefined || row.done_checksum === "") return [];
    return row.done === script.statements && row.done_checksum === checksumOfFirst(script, row.done) ? [] : [{ script, row }];
  });

const mostShown = 3;

/** In which statements two contents of a script differ, in lines for a person. */
export function scriptDifference(was: Script, is: Script): string[] {
  const count = Math.max(was.statements, is.statements);
  const different = Array.from({ length: count }, (_, index) => index).filter((index) => was.parts[index]?.text !== is.parts[index]?.text);
  const lines = different
    .slice(0, mostShown)
    .flatMap((index) => [
      `statement ${index + 1} was: ${shown(was.parts[index]?.text)}`,
      `statement ${index + 1} is:  ${shown(is.parts[index]?.text)}`,
    ]);
  return different.length > mostShown ? [...lines, `and ${different.length - mostShown} more`] : lines;
}

function shown(text = "not there"): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 160 ? `${line.slice(0, 157)}…` : line;
}
