/** Base of every error that is written for the person who deploys: what failed, where, what state things are in, what to do. */
export class DeploymentError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

export class HostUnreachable extends DeploymentError {
  constructor(
    readonly host: string,
    readonly address: string,
    readonly reason: string,
  ) {
    super(
      `host "${host}" (${address}) can't be reached: ${reason}. Nothing was changed by this step. ` +
        `Check that it is up and that selfhelp:hosts names the right address and port.`,
    );
  }
}

export class HostKeyRefused extends DeploymentError {
  constructor(
    readonly host: string,
    readonly address: string,
    readonly expectedFingerprint: string,
    readonly offeredFingerprint: string,
    readonly offeredKey: string,
  ) {
    super(
      `host "${host}" (${address}) offered another key than the configured one: expected ${expectedFingerprint}, offered ${offeredFingerprint}. ` +
        `Nothing was sent. If the host was set up anew, compare this fingerprint on its console ` +
        `(ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then set hostKey of "${host}" in selfhelp:hosts to: ${offeredKey}`,
    );
  }
}

export class LoginRefused extends DeploymentError {
  constructor(
    readonly host: string,
    readonly user: string,
    readonly reason: string,
  ) {
    super(`host "${host}" refused the login of "${user}": ${reason}. Check user and privateKeyPath (or the SSH agent) in selfhelp:hosts.`);
  }
}

export class CommandFailed extends DeploymentError {
  constructor(
    readonly host: string,
    readonly purpose: string,
    readonly exitCode: number | undefined,
    /** The command's last lines of output, bounded. */
    readonly lastLines: string[],
    readonly ending: "exited" | "timed out" | "was killed" | "lost its connection",
  ) {
    const how = ending === "exited" ? `exited with code ${exitCode}` : ending;
    const said = lastLines.length > 0 ? `; its last lines:\n${lastLines.map((line) => `    ${line}`).join("\n")}` : " and printed nothing";
    super(`${purpose} on host "${host}" ${how}${said}`);
  }
}

export class Cancelled extends DeploymentError {
  constructor(readonly purpose: string) {
    super(`${purpose} was cancelled`);
  }
}
