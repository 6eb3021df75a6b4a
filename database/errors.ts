import { DeploymentError } from "../host/errors";

export class DatabaseUnreachable extends DeploymentError {
  constructor(
    readonly place: string,
    readonly reason: string,
  ) {
    super(`the database ${place} can't be reached: ${reason}. Nothing was changed by this step. Check that it runs, and selfhelp:database.`);
  }
}

export class DatabaseAccessDenied extends DeploymentError {
  constructor(
    readonly place: string,
    readonly user: string,
    readonly reason: string,
  ) {
    super(`the database ${place} refused the user "${user}": ${reason}. Check user, password and tls in selfhelp:database, and the user's grants.`);
  }
}

/** The server's answer to a statement. */
export class StatementFailed extends DeploymentError {
  constructor(
    /** As the server's manual lists it: 1064 is a syntax error; 0 when the connection was lost. */
    readonly errno: number,
    readonly sqlState: string,
    readonly reason: string,
  ) {
    super(errno === 0 ? `connection lost: ${reason}` : `error ${errno} (${sqlState}): ${reason}`);
  }

  /** Whether the session is over, so that nobody knows how the statement ended. */
  get connectionLost(): boolean {
    return this.errno === 0;
  }
}
