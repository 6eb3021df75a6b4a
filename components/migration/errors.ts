import { DeploymentError } from "../../host/errors";
import { type ChainProblem, chainRule, counted } from "./chain";
import { remedyOfCircumstances } from "./circumstances";
import type { Script } from "./script";
import type { Statement } from "./split";

/** The scripts of a commit can't be a chain. */
export class ChainBroken extends DeploymentError {
  constructor(
    readonly folder: string,
    readonly problems: readonly ChainProblem[],
  ) {
    const entries = problems.map(({ file }) => `      - {rule: ${chainRule}, script: "${file}", reason: "…"}`);
    super(
      `the update scripts in ${folder} can't be used; no host was touched:\n${problems.map(({ text }) => `    ${text}\n`).join("")}` +
        "Correct them; or, where they ran long ago in every database, accept that in the stack's config file:\n" +
        `    selfhelp:acknowledge:\n${[...new Set(entries)].join("\n")}`,
    );
  }
}

/** It has tables, but doesn't say which version it is; it may be another application's. */
export class UnknownDatabase extends DeploymentError {
  constructor(
    readonly schema: string,
    readonly tables: number,
  ) {
    super(
      `the database "${schema}" isn't empty (${counted(tables, "table")}) and has no readable version: the newest row of its table \`version\` was looked for. ` +
        `It is never touched like this. If selfhelp:database names the wrong one, correct it; if it is this application's, add the row, ` +
        `for example: INSERT INTO version (version) VALUES ('v8.0.0').`,
    );
  }
}

/** There is no safe way from the live version to the wanted one; nothing was sent. */
export class MigrationRefused extends DeploymentError {
  constructor(reason: string, remedy: string) {
    super(`migration refused: ${reason}${reason.endsWith("\n") ? "" : ". "}Nothing was changed by this step. ${remedy}`);
  }
}

/** Where in a script something happened. */
export interface Place {
  schema: string;
  script: Script;
  /** Statements that took effect and stay. */
  done: number;
  /** Statements that had been sent before. */
  sent: number;
  backup: string | null;
  /** Statements that the ledger counts, where it could not be told that the script stopped. */
  counted?: number;
}

/** Where it stopped and why, and the statement that it stopped at. */
export const whatStopped = (place: Place, reason: string): string =>
  `${at(place)}: ${reason}\n` + `    statement ${place.sent + 1} of ${place.script.statements}: ${firstLine(statementOf(place)?.text)}`;

/** A statement failed; what ran before it stays. */
export class MigrationFailed extends DeploymentError {
  constructor(
    readonly place: Place,
    readonly reason: string,
  ) {
    super(
      `${whatStopped(place, reason)}\n` +
        `    ${standing(place)}\n` +
        `    Next: ${remedyFor(reason, place)} It continues there. ${orRestore(place.backup)}${stillToTell(place)}`,
    );
  }
}

const remedyFor = (reason: string, { script, done }: Place): string =>
  remedyOfCircumstances(reason) ??
  `correct ${script.file} from statement ${done + 1} on (those before it must stay as they are), ` +
    "set selfhelp:release to the corrected release and type: pulumi up.";

/** Stopped between two statements because it was asked to. */
export class MigrationCancelled extends DeploymentError {
  constructor(readonly place: Place) {
    super(
      `${place.script.file}: cancelled after statement ${place.sent} of ${place.script.statements}\n    ${standing(place)}\n` +
        `    Next: pulumi up continues at statement ${place.done + 1}. ${orRestore(place.backup)}${stillToTell(place)}`,
    );
  }
}

/** The session was lost while a statement ran. */
export class MigrationInterrupted extends DeploymentError {
  constructor(
    readonly place: Place,
    readonly reason: string,
    /** Who can tell whether it took effect. */
    tells: "a person" | "the ledger",
  ) {
    const next =
      tells === "a person"
        ? askWhetherItEnded(place.script.file, place.done)
        : "pulumi preview, which says how far it came once the server has ended it, and how to go on.";
    super(
      `${whatStopped(place, reason)}\n` +
        `    ${standing(place, tells === "the ledger" || place.done === 0 ? "at least" : "exactly")} The server may still be running it: SHOW FULL PROCESSLIST tells. Nobody saw how statement ${place.sent + 1} ended.\n` +
        `    Next: ${next} ${orRestore(place.backup)}`,
    );
  }
}

/** Nothing of a script is sent before the ledger says that it begins. */
export class LedgerNotWritten extends DeploymentError {
  constructor(
    readonly schema: string,
    /** undefined: the ledger itself could not be made, or read. */
    readonly file: string | undefined,
    readonly reason: string,
  ) {
    const remedy = remedyOfCircumstances(reason) ?? "look at the database server's log, then type: pulumi up.";
    super(
      `the database "${schema}" doesn't take the record of what runs in it (its table selfhelp_migrations): ${reason}\n` +
        `    Nothing ${file === undefined ? "was run" : `of ${file} was run`}. Users are still served by the release that was active.\n` +
        `    Next: ${remedy}`,
    );
  }
}

/** All statements ran, and yet the script isn't done. */
export class MigrationIncomplete extends DeploymentError {
  constructor(
    readonly place: Place,
    readonly reason: string,
    next: string,
  ) {
    super(`${place.script.file}: ${reason}\n    ${standing(place)}\n    Next: ${next} ${orRestore(place.backup)}${stillToTell(place)}`);
  }
}

/** All scripts ran, and yet the schema isn't what the rehearsal led to. */
export class SchemaDiffers extends DeploymentError {
  constructor(
    readonly schema: string,
    readonly version: string,
    readonly differences: readonly string[],
  ) {
    const shown = differences.slice(0, 10).map((difference) => `    ${difference}\n`);
    super(
      `the database "${schema}" reached ${version}, but its schema is not the one that the rehearsal led to:\n${shown.join("")}` +
        (differences.length > 10 ? `    and ${differences.length - 10} more\n` : "") +
        `Somebody else changed it meanwhile, or a script depends on more than the database. Users are still served by the release that was active. ` +
        `Look at these; if the database is right, type: pulumi up. It goes on from here.`,
    );
  }
}

/** What a person does who must find out how a statement ended. */
export const askWhetherItEnded = (script: string, done: number): string =>
  `look whether statement ${done + 1} took effect, then type: npx selfhelp migrations resolve ${word(script)} --took-effect (or --no-effect), and pulumi up. ` +
  "It continues there.";

/** What a person tells the ledger in the tool's place, or the next up asks for it. */
function stillToTell({ script, done, counted: known }: Place): string {
  if (known === undefined) return "";
  const resolve = `npx selfhelp migrations resolve ${word(script.file)} ${done === known ? "--no-effect" : "--took-effect"}`;
  const update = `UPDATE selfhelp_migrations SET state = 'failed', done = ${done}, done_checksum = '' WHERE script = '${script.file}'`;
  return (
    "\n    The ledger could not be told where it stopped. When the database takes that again, and before pulumi up, " +
    (done - known <= 1 ? `type: ${resolve}` : `run: ${update}`)
  );
}

/** As a shell reads it back. */
const word = (text: string): string => (/^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

const statementOf = ({ script, sent }: Place): Statement | undefined => script.parts[sent];

const at = (place: Place): string => {
  const { line = 1, column = 1 } = statementOf(place) ?? {};
  return `${place.script.file}:${line}:${column}`;
};

function standing({ schema, script, done, sent }: Place, known: "exactly" | "at least" = "exactly"): string {
  const none = {
    exactly: `The database "${schema}" is as it was before this script: none of its statements took effect`,
    "at least": `No statement of this script is known to have taken effect in the database "${schema}"`,
  };
  const first = `${known === "exactly" ? "the" : "at least the"} first ${done} of ${script.statements} statements of this script took effect`;
  const effect = done === 0 ? none[known] : `The database "${schema}" is half-applied: ${first}`;
  const undone =
    sent > done
      ? `; the server rolled statement ${done + 1}${sent > done + 1 ? ` to ${sent}` : ""} back, since the script had not committed`
      : "";
  return `${effect}${undone}. Users are still served by the release that was active.`;
}

/** The other way out. */
export const orRestore = (backup: string | null): string =>
  backup === null ? "The database was empty before: it may also be dropped and created anew." : `Or restore the backup ${backup}.`;

function firstLine(text = ""): string {
  const line = text.split("\n")[0]?.trim() ?? "";
  return line.length > 160 ? `${line.slice(0, 157)}…` : line;
}
