import { readdirSync, readFileSync, statSync } from "node:fs";
import type { Duplex } from "node:stream";
import { Client, type ConnectConfig, type SFTPWrapper, utils } from "ssh2";
import { failure, Gathered, type Outcome } from "./run";

/** Connection inputs of @pulumi/command 1.2.1. */
export interface Connection {
  host: string;
  port?: number;
  user?: string;
  password?: string;
  privateKey?: string;
  privateKeyPassword?: string;
  agentSocketPath?: string;
  /** Attempts to connect; default 10, 0 is without end. */
  dialErrorLimit?: number;
  /** Default 15. */
  perDialTimeout?: number;
  /** Unchecked when it isn't given, as the official plugin does. */
  hostKey?: string;
  proxy?: Connection;
}

/** Opens a connection, gives it to `use`, and closes it whatever happens. */
export async function withConnection<Result>(connection: Connection, signal: AbortSignal, use: (client: Client) => Promise<Result>): Promise<Result> {
  const through = connection.proxy === undefined ? undefined : await dial(connection.proxy, undefined, signal);
  try {
    const sock = through === undefined ? undefined : await forward(through, connection.host, connection.port ?? 22);
    const client = await dial(connection, sock, signal);
    const stop = (): void => void client.end();
    signal.addEventListener("abort", stop);
    try {
      return await use(client);
    } finally {
      signal.removeEventListener("abort", stop);
      client.end();
    }
  } finally {
    through?.end();
  }
}

function forward(client: Client, host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) =>
    client.forwardOut("127.0.0.1", 0, host, port, (error, stream) => (error ? reject(error) : resolve(stream))),
  );
}

async function dial(connection: Connection, sock: Duplex | undefined, signal: AbortSignal): Promise<Client> {
  const attempts = connection.dialErrorLimit ?? 10;
  for (let attempt = 1; ; attempt++) {
    try {
      return await dialOnce(connection, sock);
    } catch (error) {
      const final = (error as { level?: string }).level !== "client-socket" || sock !== undefined || signal.aborted;
      if (final || (attempts > 0 && attempt >= attempts))
        throw new Error(`after ${attempt} failed attempts: ${error instanceof Error ? error.message : String(error)}`);
      await new Promise((resolve) => setTimeout(resolve, Math.min(1000 * attempt, 5000)));
    }
  }
}

function dialOnce(connection: Connection, sock: Duplex | undefined): Promise<Client> {
  const client = new Client();
  const expected = connection.hostKey === undefined ? undefined : publicKeyBytes(connection.hostKey);
  const options: ConnectConfig = {
    host: connection.host,
    port: connection.port ?? 22,
    username: connection.user ?? "root",
    password: connection.password,
    privateKey: connection.privateKey,
    passphrase: connection.privateKeyPassword,
    agent: connection.agentSocketPath ?? process.env["SSH_AUTH_SOCK"],
    readyTimeout: (connection.perDialTimeout ?? 15) * 1000,
    hostVerifier: (key: Buffer) => expected === undefined || key.equals(expected),
    sock,
  };
  return new Promise((resolve, reject) => {
    client.once("ready", () => resolve(client)).once("error", reject);
    client.connect(options);
  });
}

function publicKeyBytes(line: string): Buffer {
  const key = utils.parseKey(line);
  if (key instanceof Error) throw new Error(`hostKey can't be read: ${key.message}`);
  return (Array.isArray(key) ? key[0] : key).getPublicSSH();
}

export interface RemoteCommand {
  command: string;
  environment: Readonly<Record<string, string>>;
  stdin: string | undefined;
  onStdout?: (line: string) => void;
  onStderr?: (line: string) => void;
}

/** Runs a command over SSH; a non-zero exit is an error that carries its output. */
export function runRemotely(client: Client, command: RemoteCommand): Promise<Outcome> {
  const stdout = new Gathered(command.onStdout);
  const stderr = new Gathered(command.onStderr);
  return new Promise((resolve, reject) => {
    client.once("close", () => reject(new Error("the connection was lost while the command ran")));
    client.exec(command.command, { env: command.environment }, (error, channel) => {
      if (error) return reject(error);
      let how: string | undefined;
      channel.on("data", (chunk: Buffer) => stdout.add(chunk));
      channel.stderr.on("data", (chunk: Buffer) => stderr.add(chunk));
      channel.on("exit", (code: number | null, signal?: string) => {
        how = code === 0 ? "" : code === null ? `Process exited with signal ${signal}` : `Process exited with status ${code}`;
      });
      channel.on("close", () => {
        const outcome = { stdout: stdout.text(), stderr: stderr.text() };
        if (how === "") resolve(outcome);
        else reject(new Error(failure(how ?? "the connection was lost while the command ran", outcome)));
      });
      channel.end(command.stdin ?? "");
    });
  });
}

/** Copies a local file or folder to the host over SFTP. */
export async function copy(client: Client, local: string, remote: string): Promise<void> {
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) => client.sftp((error, opened) => (error ? reject(error) : resolve(opened))));
  await copyInto(sftp, local, remote);
}

async function copyInto(sftp: SFTPWrapper, local: string, remote: string): Promise<void> {
  if (!statSync(local).isDirectory()) return put(sftp, local, remote);
  await new Promise<void>((resolve) => sftp.mkdir(remote, () => resolve()));
  for (const entry of readdirSync(local)) await copyInto(sftp, `${local}/${entry}`, `${remote}/${entry}`);
}

function put(sftp: SFTPWrapper, local: string, remote: string): Promise<void> {
  return new Promise((resolve, reject) =>
    sftp.writeFile(remote, readFileSync(local), (error) => (error ? reject(new Error(`${remote}: ${error.message}`)) : resolve())),
  );
}
