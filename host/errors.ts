import { constants } from "node:os";

/** Base of every error that is written for the person who deploys: what failed, where, what state things are in, what to do. */
export class DeploymentError extends Error {
  /** Whether users had been taken to something new, and are back on what they were served before. */
  get usersReturned(): boolean {
    return false;
  }

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
      `host "${host}" (${address}) can't be reached: ${reason}. ` +
        `Check that it is up and that selfhelp:hosts names the right address and port.`,
    );
  }
}

export class HostKeyRefused extends DeploymentError {
  constructor(
    readonly host: string,
    readonly address: string,
    /** null: no usable key is configured. */
    readonly expectedFingerprint: string | null,
    readonly offeredFingerprint: string,
    /** "ssh-ed25519 AAAA…" */
    readonly offeredKey: string,
  ) {
    const problem =
      expectedFingerprint === null
        ? `has no usable hostKey in selfhelp:hosts, so it is not trusted: it offered ${offeredFingerprint}`
        : `offered another key than the configured one: expected ${expectedFingerprint}, offered ${offeredFingerprint}`;
    const type = /ed25519|ecdsa|rsa/.exec(offeredKey)?.[0] ?? "*";
    super(
      `host "${host}" (${address}) ${problem}. Nothing was sent. ` +
        `If this is expected, compare the offered fingerprint on the host's own console (ssh-keygen -lf /etc/ssh/ssh_host_${type}_key.pub), ` +
        `then accept it in selfhelp:hosts:\n    name: ${host}\n    hostKey: ${offeredKey}`,
    );
  }
}

/** The private key can't be used; found on the deployer, before anything is contacted. */
export class PrivateKeyUnusable extends DeploymentError {
  constructor(
    readonly host: string,
    readonly path: string,
    readonly reason: string,
    readonly remedy: string,
  ) {
    super(`the private key "${path}" for host "${host}" can't be used: ${reason}. Nothing was contacted. ${remedy}`);
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
    readonly ending: "exited" | "timed out" | "was killed" | "lost its connection" | "did not begin",
  ) {
    const said = lastLines.length > 0 ? `; its last lines:\n${lastLines.map((line) => `    ${line}`).join("\n")}` : " and printed nothing";
    // They say nothing of why the connection broke, nor how far the command has come since.
    super(`${purpose} on host "${host}" ${howItEnded(ending, exitCode)}${ending === "lost its connection" ? "" : said}`);
  }
}

function howItEnded(ending: CommandFailed["ending"], exitCode: number | undefined): string {
  if (ending === "exited") return `exited with code ${exitCode}`;
  if (ending === "did not begin")
    return `${ending} (code ${exitCode}): sudo refused it, or the login there runs something else in its place`;
  if (ending === "lost its connection") {
    return `${ending}. The host ends such a command by itself; how far it got is unknown: pulumi preview looks, and pulumi up goes on from there`;
  }
  const name = Object.entries(constants.signals).find(([, number]) => ending === "was killed" && number + 128 === exitCode)?.[0];
  return name === undefined ? ending : `${ending} by ${name}`;
}

/** The deployer's end of a transfer broke: the source of an input, or the destination of an output. */
export class TransferFailed extends DeploymentError {
  constructor(
    readonly host: string,
    readonly purpose: string,
    readonly reason: string,
  ) {
    super(`${purpose} on host "${host}" failed on the deployer's side: ${reason}. The command was ended on the host`);
  }
}

/** A port that the host itself can't reach. */
export class PortUnreachable extends DeploymentError {
  constructor(
    readonly host: string,
    readonly address: string,
    readonly port: number,
    readonly reason: string,
  ) {
    super(`host "${host}" can't connect to ${address} port ${port}: ${reason}`);
  }
}

export class Cancelled extends DeploymentError {
  constructor(
    readonly purpose: string,
    /** What is not certain about its end. */
    note?: string,
  ) {
    super(`${purpose} was cancelled${note === undefined ? "" : `; ${note}`}`);
  }
}

/** What an error says, or whatever was thrown in the place of one. */
export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A sentence that another one is to go on from. */
export const withoutStop = (sentence: string): string => sentence.replace(/\.$/, "");
