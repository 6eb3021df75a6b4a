import { DeploymentError } from "../../host/errors";

/** The server would not let the accounts log in that this stack makes. */
export class NoTls extends DeploymentError {
  constructor(readonly place: string) {
    super(
      `the server of the database ${place} offers no TLS, and accounts of selfhelp:access may log in only with it. Nothing was changed. ` +
        `Give the server a certificate (ssl_cert, ssl_key), or set requireTls to false for each account where the way to the server is private.`,
    );
  }
}

/** The deployer can't dial the server. */
export class EndpointUnreachable extends DeploymentError {
  constructor(
    readonly endpoint: string,
    readonly reason: string,
  ) {
    super(
      `the deployer can't reach the database's server at ${endpoint}: ${reason}. Nothing was changed. ` +
        `Check selfhelp:access.endpoint, or leave it out: then accounts are made through the SSH connection to the database's host.`,
    );
  }
}

/** The administrator can't make accounts. */
export class AdministratorMayNot extends DeploymentError {
  constructor(
    readonly place: string,
    readonly account: string,
    readonly lacking: readonly string[],
  ) {
    super(
      `the administrator of the database ${place}, ${account}, lacks ${lacking.join(", ")} on *.*, and can't make accounts. Nothing was changed. ` +
        `As a user who may, run: GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION; or name another one in selfhelp:access.administrator.`,
    );
  }
}

/** Something is still not as wanted. */
export class AccountsRemain extends DeploymentError {
  constructor(
    readonly place: string,
    readonly remaining: readonly string[],
    readonly absent: readonly string[],
  ) {
    const again =
      absent.length === 0 ? "" : ` Pulumi has made ${absent.join(", ")} before, and doesn't know that it is gone: pulumi up --refresh`;
    super(
      `the accounts of the database ${place} are still not as wanted:\n${remaining.map((line) => `    ${line}\n`).join("")}` +
        `What else differed was corrected; no data was changed, and users are served as before.${again}`,
    );
  }
}

/** An account would be dropped under who uses it. */
export class StillUsed extends DeploymentError {
  constructor(
    readonly user: string,
    readonly host: string,
  ) {
    super(
      `"${user}" would be dropped, but host "${host}" serves users from a release that logs in as it. Nothing was changed. ` +
        `Keep it, with its password, in selfhelp:access.application.previous, and take it out when a release with the new one is served ` +
        `(and the one before it, which is the way back, isn't needed any more).`,
    );
  }
}
