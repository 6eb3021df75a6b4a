import { DeploymentError } from "../../host/errors";
import { lastLines, remedyFor, sizeOf, stageText, untriedClient } from "./errors";
import { markerTable } from "./objects";
import { begunCodes, type RestoreOrder, restoreRefusals } from "./restore-commands";

/** What is wrong where others tell it in their own words. */
export type Fault = "archive missing" | "archive changed" | "wrong key";

/** What could not be done with a backup, and what it says about that. */
export class RestoreFailed extends DeploymentError {
  constructor(
    readonly host: string,
    readonly id: string,
    readonly reason: string,
    /** What state things are in now, and what to do. */
    readonly standing: string,
    /** Whether it is the backup, or the restoring of it, that is at fault, rather than how it was asked for. */
    readonly isFinding: boolean,
    readonly fault?: Fault,
  ) {
    super(`the backup ${id} on host "${host}" could not be restored: ${reason}${reason.includes("\n") ? "\n" : ". "}${standing}`);
  }
}

/** What a schema that was begun to be written is like after a failure, as far as that is known. A live one has a mark of its own. */
const standings = {
  live: (schema: string): string => `The schema "${schema}" holds a part of it, or nothing.`,
  undone: (schema: string): string => `What was restored is removed again from the schema "${schema}".`,
  left: (schema: string): string =>
    `The schema "${schema}" holds a part of it, and the table ${markerTable} as the mark of that. The same command removes that part and begins anew.`,
};

/** The connection was lost: nobody saw what became of the schema. */
export const unseenStanding = ({ schema, place }: Pick<RestoreOrder, "schema" | "place">): string =>
  place.is === "live"
    ? standings.live(schema)
    : `The host removes what was restored, or leaves it in the schema "${schema}", marked by the table ${markerTable}. The same command begins anew.`;

type Fail = (reason: string, remedy: string, isFinding: boolean, fault?: Fault) => RestoreFailed;

/** Why `restoreArchive` did not restore, from what it exited with and printed. */
export function restoreFailureOf(
  host: string,
  order: RestoreOrder,
  { exitCode, stdout, stderr }: { exitCode: number; stdout: string; stderr: string },
  differences: readonly string[],
): RestoreFailed {
  const lines = stdout.trim().split("\n");
  const begun = begunCodes.includes(exitCode);
  const [, ...words] = (lines.findLast((line) => /^(busy|missing|client|free|objects|unreadable|changed|failed) /.test(line)) ?? "").split(
    " ",
  );
  const state = order.place.is === "live" ? "live" : lines.at(-1) === "undone" ? "undone" : "left";
  const standing = begun ? standings[state](order.schema) : "Nothing was changed.";
  const fail: Fail = (reason, remedy, isFinding, fault) =>
    new RestoreFailed(host, order.id, reason, `${standing} ${remedy}`.trim(), isFinding, fault);
  switch (exitCode) {
    case restoreRefusals.packageMissing:
      return fail(
        `the host lacks ${words.join(" and ")}`,
        `Install there, then start again: sudo apt-get install ${words.join(" ")}`,
        false,
      );
    case restoreRefusals.clientUntried:
      return fail(...untriedClient(words), false);
    case restoreRefusals.busy:
      return fail(
        `another backup is being restored or verified there since ${words[1]}`,
        `Wait until it is done, or end it there (sudo kill -- -${words[0]}); then start again.`,
        false,
      );
    case restoreRefusals.archiveMissing:
      return fail(`its archive is not in ${order.directory}`, "", true, "archive missing");
    case restoreRefusals.noRoom:
      return fail(
        `the disk of the database (${order.dataFolder}) has ${sizeOf(Number(words[0]))} free, and it needs ${sizeOf(order.neededBytes)}`,
        "Make room there, then start again.",
        false,
      );
    case restoreRefusals.notEmpty:
      return fail(`the schema "${order.schema}" is not empty: it has ${words[0]} tables, routines and events`, "Name another one.", false);
    case restoreRefusals.unreadable:
      return unreadable(words[0] === "changed", stderr, fail);
    case restoreRefusals.changed:
      return fail("what is in its archive is not what its manifest says was dumped", "Use another backup.", true);
    case restoreRefusals.rejected:
      return fail(`what was restored differs from what its manifest says:\n${lastLines(differences)}`, "Use another backup.", true);
    default:
      return fail(failedStage(words, stderr), remedyOf(stderr), begun);
  }
}

const remedyOf = (stderr: string): string =>
  /lack rights to use them/.test(stderr)
    ? "An account that a view acts for (DEFINER) has no rights in this schema: grant them, or let all act for the database's user (--own-definers)."
    : remedyFor(stderr);

function failedStage(words: string[], stderr: string): string {
  if (/No space left on device|The table '.*' is full|Errcode: 28|Got error 28/.test(stderr)) return "the disk of the database became full";
  return stageText(words, stderr);
}

function unreadable(isChanged: boolean, stderr: string, fail: Fail): RestoreFailed {
  if (/no identity matched/.test(stderr))
    return fail(
      "the private key is not the one that it was encrypted for",
      "Give the one that belongs to the recipient of that time.",
      false,
      "wrong key",
    );
  if (/malformed secret key|unknown identity type|failed to read "\/dev\/fd/.test(stderr))
    return fail("the private key can't be used", "It must be a file as age-keygen writes it.", false);
  return fail(
    `its archive is damaged:\n${lastLines(stderr.trim().split("\n"))}`,
    "Use another backup, or an off-site copy of this one.",
    true,
    isChanged ? "archive changed" : undefined,
  );
}
