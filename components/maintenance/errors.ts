import { DeploymentError } from "../../host/errors";

/** After a failure the window can't be closed, since the database or the code isn't what it was. */
export class WindowStaysOpen extends DeploymentError {
  constructor(
    readonly app: string,
    readonly openedAt: string,
    /** "the database is at v8.1.0 (half-applied: …), and was at v8.0.0" */
    readonly reason: string,
  ) {
    super(
      `The maintenance window, open since ${openedAt}, stays open, and users are answered 503: ${reason}. Next: correct the cause and type: pulumi up; ` +
        `or go back: selfhelp rollback --database previous`,
    );
  }
}

/** Users don't get the answer that they should, now that the window is closed. */
export class NotServedAgain extends DeploymentError {
  constructor(
    readonly host: string,
    /** "health: answered 500, not 200" */
    readonly failure: string,
  ) {
    super(
      `host "${host}": the maintenance window is closed, but users are not answered as they should be: ${failure}. ` +
        `The release and the database are the new ones. Look at the host's logs; to close it to users again: selfhelp maintenance on`,
    );
  }
}
