import { DeploymentError } from "../../host/errors";
import { type Fault, RestoreFailed as BackupNotRestored } from "../backup/restore-errors";

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

/** What is there can't be removed by who restores. */
export class ObjectProtected extends DeploymentError {
  constructor(
    readonly object: string,
    readonly definer: string,
    readonly account: string,
  ) {
    const quoted = account.replace(/^(.*)@(.*)$/, "'$1'@'$2'");
    super(
      `the ${object} acts for ${definer} (DEFINER), and the server lets only who has SYSTEM_USER remove that: ` +
        `as an administrator of the database, run GRANT SYSTEM_USER ON *.* TO ${quoted}, or drop what acts for ${definer}`,
    );
  }
}

/** Before anything was given up. */
export const untouched = "The database was not touched by this.";

/** After. Users must not be served from it. */
export const emptied = (backup: string): string =>
  `It holds part of that backup, or nothing; every look at it says so, and nothing runs on it until a restore has ended well. The backup ${backup} is complete.`;

/** In a sentence about the database. */
export function reasonOf(error: DeploymentError): string {
  if (!(error instanceof BackupNotRestored)) return error.message;
  const { host, id, fault, reason } = error;
  const faults: Record<Fault, string> = {
    "archive missing": `host "${host}" has no such archive`,
    "archive changed": `its archive on host "${host}" is damaged: its sum is another one than in ${id}.json`,
    "wrong key": "the private key is not the one that the backup was encrypted to",
  };
  return fault === undefined ? reason : faults[fault];
}
