import { DeploymentError } from "../../host/errors";
import { refusals, type RestoreOrder } from "./commands";

/** The database was not restored. */
export class RestoreFailed extends DeploymentError {
  constructor(
    readonly database: string,
    readonly backup: string,
    readonly reason: string,
    /** What the database holds now. */
    readonly state: string,
    /** What to type. */
    readonly remedy: string,
  ) {
    super(`the database "${database}" could not be restored from the backup ${backup}: ${reason}. ${state} Next: ${remedy}`);
  }
}

/** Before anything was given up. */
export const untouched = "The database was not touched by this.";

/** After. Users must not be served from it. */
export const emptied = (backup: string): string =>
  `It holds part of that backup, or nothing; every look at it says so, and nothing runs on it until a restore has ended well. The backup ${backup} is complete.`;

/** Why one of the commands ended, from what it exited with and printed. */
export function reasonOf(
  host: string,
  { directory, id }: RestoreOrder,
  output: { exitCode: number; stdout: string; stderr: string },
): string {
  const { exitCode, stdout, stderr } = output;
  const [, code, stage] = (stdout.trim().split("\n").at(-1) ?? "").split(" ");
  if (exitCode === refusals.noArchive) return `host "${host}" has no such archive in ${directory}`;
  if (exitCode === refusals.otherArchive)
    return `the archive in ${directory} on host "${host}" is damaged: its sum is another one than in ${id}.json`;
  if (exitCode === refusals.otherContent)
    return `what is in the archive is not what was backed up: its sum is another one than in ${id}.json`;
  if (stage === "age" && /no identity matched/i.test(stderr)) return "the private key is not the one that the backup was encrypted to";
  const lines = stderr.trim().split("\n").slice(-5);
  return `${stage ?? "a command"} on host "${host}" failed with code ${code ?? exitCode}${lines.join("") === "" ? "" : `: ${lines.join("; ").slice(0, 1000)}`}`;
}
