import type { Duplex, Readable } from "node:stream";
import type { Command, Setting } from "./command";
import type { Hide } from "./redact";
import type { Secret } from "./secret";

/** A machine that is deployed to, over one pooled SSH connection. */
export interface Host {
  /** The name it has in the stack's config. */
  readonly name: string;
  /** Takes the stack's secrets out of what was read here (`Output.stdout`), for who shows it. */
  readonly hide: Hide;
  /**
   * Runs a command to its end.
   * A command never outlives its deployer: it and its process group are ended when it is cancelled, and when the connection breaks.
   * @throws HostUnreachable, HostKeyRefused, LoginRefused, PrivateKeyUnusable when there is no connection; CommandFailed for an exit code that is
   * not expected, a signal, a timeout or a lost connection; Cancelled when `signal` was aborted; TransferFailed when `stdin` or `onStdout` broke.
   */
  run(command: Command, options: RunOptions): Promise<Output>;
  /** Writes a file as root under a temporary name beside it, sets owner and mode, and renames it. @throws as `run`; then nothing is left of it */
  upload(content: string | Buffer | Secret | Readable, path: string, options: UploadOptions): Promise<void>;
  /** A byte stream to a port as the host reaches it (SSH direct-tcpip). @throws PortUnreachable, or as `run` when there is no connection */
  connectTo(address: string, port: number): Promise<Duplex>;
}

export interface RunOptions extends Setting {
  /** What this is for, in an error: "build of v8.1.0 in green". */
  purpose: string;
  stdin?: string | Buffer | Secret | Readable;
  /** Called for each line as it comes, of stdout (unless it goes to `onStdout`) and stderr; without terminal control, with whatever secrets it has. */
  onLine?: (line: string) => void;
  /** Where stdout goes as bytes, instead of into `Output.stdout`. It is ended when all is there, and destroyed with the error when not. */
  onStdout?: NodeJS.WritableStream;
  /** Exit codes that are an answer, not a failure; default [0]. */
  expectedExitCodes?: readonly number[];
  /** Ends the command on the host (SIGTERM) when aborted. */
  signal?: AbortSignal;
}

export interface UploadOptions {
  /** Octal digits: "600". */
  mode: string;
  /** "user:group" */
  owner: string;
  timeoutSeconds: number;
}

export interface Output {
  /** At most 1 MiB is kept: the end of it. */
  stdout: string;
  /** The same, without the stack's secrets. */
  stderr: string;
  exitCode: number;
}

/** How a host is reached and known; the trusted form of `hosts[]` in the stack's config. */
export interface HostSettings {
  name: string;
  /** Host name or IP address. */
  address: string;
  port: number;
  user: string;
  /** Public key as in known_hosts: "ssh-ed25519 AAAA…". Empty: the connection is refused with what the host offered. */
  hostKey: string;
  /** Path of the private key on the deployer; without it the SSH agent (SSH_AUTH_SOCK) is asked. */
  privateKeyPath?: string;
  /** Another host that the connection goes through. */
  jump?: Omit<HostSettings, "jump">;
}
