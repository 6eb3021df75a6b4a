import { DeploymentError } from "../host/errors";

export class DatabaseUnreachable extends DeploymentError {
  constructor(
    readonly place: string,
    readonly reason: string,
    key = "selfhelp:database",
  ) {
    super(
      `the database ${place} can't be reached: ${reason}. This attempt changed nothing. ` +
        `Check that it runs, and host, address, port and tls in ${key}.`,
    );
  }
}

export class AccessDenied extends DeploymentError {
  constructor(
    readonly place: string,
    readonly user: string,
    readonly reason: string,
    key = "selfhelp:database",
  ) {
    super(
      `the database ${place} refused the user "${user}": ${reason}. This attempt changed nothing. ` +
        `Check name, user, password and tls in ${key}, and the user's grants.`,
    );
  }
}

/** The server ended the session, or the network did. */
const endsOfSession = [1053, 1080, 1152, 1153, 1158, 1159, 1160, 1161, 1184, 1927, 3169, 4031];

/** The server's answer to a statement, or that there was none. */
export class StatementFailed extends DeploymentError {
  constructor(
    /** As the server's manual lists it: 1064 is a syntax error; 0 when the connection was lost without an answer. */
    readonly errno: number,
    readonly sqlState: string,
    readonly reason: string,
  ) {
    super(errno === 0 ? `the connection was lost: ${reason}` : `error ${errno} (${sqlState}): ${reason}`);
  }

  /** Whether the session is over, so that nobody knows how the statement ended. */
  get connectionLost(): boolean {
    return this.errno === 0 || endsOfSession.includes(this.errno);
  }
}
