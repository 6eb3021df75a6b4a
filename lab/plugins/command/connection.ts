import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { type AuthenticationType, Client, type ConnectConfig, type ServerHostKeyAlgorithm, utils } from "ssh2";
import type { Step } from "./resource";

/** Connection inputs of @pulumi/command 1.2.1, with their defaults filled in. */
export interface Connection {
  host: string;
  port: number;
  user: string;
  password?: string;
  privateKey?: string;
  privateKeyPassword?: string;
  agentSocketPath?: string;
  /** Failed attempts to connect before it gives up; -1 is without end. */
  dialErrorLimit: number;
  /** Seconds; 0 is without end. */
  perDialTimeout: number;
  /** Unchecked when it isn't given. */
  hostKey?: string;
  proxy?: Connection;
}

/** Who connects: may cancel, and sees the attempts. */
export type Caller = Pick<Step, "signal" | "log">;

/** Opens a connection, gives it to `use`, and closes it whatever happens. */
export async function withConnection<Result>(
  connection: Connection,
  caller: Caller,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const { proxy } = connection;
  if (proxy === undefined) return closing(await dial("Dial", connection, caller), use);
  return closing(await prefixed("proxy", dial("Dial proxy", proxy, caller)), async (through) =>
    closing(
      await prefixed(
        "proxy",
        dial("Dial from proxy", connection, caller, () => forward(through, connection)),
      ),
      use,
    ),
  );
}

async function closing<Result>(client: Client, use: (client: Client) => Promise<Result>): Promise<Result> {
  try {
    return await use(client);
  } finally {
    client.end();
  }
}

const prefixed = <Result>(prefix: string, work: Promise<Result>): Promise<Result> =>
  work.catch((error: Error) => Promise.reject(new Error(`${prefix}: ${error.message}`)));

const forward = (client: Client, { host, port }: Connection): Promise<Duplex> =>
  new Promise((resolve, reject) =>
    client.forwardOut("127.0.0.1", 0, host, port, (error, stream) => (error ? reject(error) : resolve(stream))),
  );

/** Like the official plugin: tries again whatever the reason, after 0.1 s at first and 5 s at most. */
async function dial(what: string, connection: Connection, { signal, log }: Caller, tunnel?: () => Promise<Duplex>): Promise<Client> {
  const limit = connection.dialErrorLimit;
  const options = configuration(connection);
  for (let failed = 0, delay = 100; ; delay = Math.min(delay * 1.5, 5000)) {
    try {
      signal.throwIfAborted();
      return await dialOnce({ ...options, sock: await tunnel?.() }, signal);
    } catch (error) {
      if (signal.aborted) throw new Error("context canceled");
      if (limit > -1 && failed >= limit)
        throw new Error(`after ${failed} failed attempts: ${error instanceof Error ? error.message : String(error)}`);
      log.status(`${what} ${++failed}/${limit === -1 ? "inf" : limit} failed: retrying`);
      await wait(delay, undefined, { signal }).catch(() => undefined);
    }
  }
}

function dialOnce(options: ConnectConfig, signal: AbortSignal): Promise<Client> {
  const client = new Client();
  const stop = (): void => void client.destroy();
  signal.addEventListener("abort", stop, { once: true });
  client.on("keyboard-interactive", (_name, _instructions, _language, prompts, finish) =>
    finish(prompts.map(() => options.password ?? "")),
  );
  return new Promise<Client>((resolve, reject) => {
    client.once("ready", () => resolve(client));
    client.on("error", reject).once("close", () => reject(new Error("the connection was closed")));
    client.connect(options);
  }).finally(() => signal.removeEventListener("abort", stop));
}

/** Fails at once on a key that can't be read: trying again won't help. */
function configuration(connection: Connection): ConnectConfig {
  const { host, port, user, password, privateKey, privateKeyPassword } = connection;
  if (privateKey !== undefined) parsed(privateKey, privateKeyPassword);
  const agent = connection.agentSocketPath ?? process.env["SSH_AUTH_SOCK"];
  const methods: [AuthenticationType, unknown][] = [
    ["publickey", privateKey],
    ["password", password],
    ["keyboard-interactive", password],
    ["agent", agent],
  ];
  return {
    host,
    port,
    username: user,
    password,
    privateKey,
    passphrase: privateKeyPassword,
    agent,
    tryKeyboard: password !== undefined,
    authHandler: ["none", ...methods.filter(([, given]) => given !== undefined).map(([method]) => method)],
    readyTimeout: connection.perDialTimeout * 1000,
    ...(connection.hostKey === undefined ? {} : hostKeyCheck(connection.hostKey)),
  };
}

/** Asks the host for a key of the expected kind, and accepts no other. As the official plugin, it asks for an RSA key with SHA-1, which OpenSSH refuses since 8.8. */
function hostKeyCheck(line: string): Pick<ConnectConfig, "hostVerifier" | "algorithms"> {
  const expected = parsed(line);
  return {
    algorithms: { serverHostKey: [expected.type as ServerHostKeyAlgorithm] },
    hostVerifier: (offered: Buffer) => offered.equals(expected.getPublicSSH()),
  };
}

function parsed(text: string, passphrase?: string): { type: string; getPublicSSH(): Buffer } {
  const key = utils.parseKey(text, passphrase);
  if (key instanceof Error) throw key;
  return key;
}
