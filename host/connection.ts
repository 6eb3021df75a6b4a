import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, ClientChannel } from "ssh2";
import { DeploymentError, HostUnreachable } from "./errors";
import { logIn } from "./handshake";
import type { HostSettings } from "./host";
import { readLogin } from "./login";
import { connectSeconds, reasonOf } from "./reason";

const pausesMilliseconds = [300, 700];
const passing = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "EAI_AGAIN"]);

/** The one SSH connection to a host: opened when it is first asked for, and again when it was lost since. */
export class Connection {
  #client: Promise<Client> | undefined;
  #open: Client | undefined;
  readonly #jump: Connection | undefined;

  constructor(readonly settings: HostSettings) {
    this.#jump = settings.jump && new Connection(settings.jump);
  }

  /**
   * The open connection. Opening it, retries included, takes at most 10 s; only a network that refuses or breaks is tried again.
   * @throws HostUnreachable, HostKeyRefused, LoginRefused, PrivateKeyUnusable
   */
  client(): Promise<Client> {
    if (this.#client !== undefined) return this.#client;
    const opening = this.#connect();
    const forget = (): void => {
      if (this.#client === opening) this.#client = this.#open = undefined;
    };
    opening.then((client) => {
      if (this.#client !== opening) return void client.end();
      this.#open = client.once("close", forget);
    }, forget);
    return (this.#client = opening);
  }

  /** Whether this is the connection now, not a lost one. */
  isOpen(client: Client): boolean {
    return this.#open === client;
  }

  /** Ends the connection and what runs over it. */
  close(): void {
    this.#open?.end();
    this.#client = this.#open = undefined;
    this.#jump?.close();
  }

  async #connect(): Promise<Client> {
    const credentials = await readLogin(this.settings);
    const deadline = performance.now() + connectSeconds * 1000;
    const left = (): number => Math.max(1, deadline - performance.now());
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await logIn(this.settings, credentials, await this.#socket(left()), left());
      } catch (error) {
        if (error instanceof DeploymentError) throw error;
        const pause = pausesMilliseconds[attempt];
        if (pause === undefined || pause > left() || !passing.has((error as NodeJS.ErrnoException).code ?? ""))
          throw this.#unreachable(error);
        await sleep(pause);
      }
    }
  }

  async #socket(milliseconds: number): Promise<Duplex> {
    const { address, port } = this.settings;
    return this.#jump === undefined ? dial(address, port, milliseconds) : forward(await this.#jump.client(), address, port);
  }

  #unreachable(error: unknown): HostUnreachable {
    const { name, address, port, jump } = this.settings;
    const over = jump === undefined ? "" : `, over host "${jump.name}"`;
    return new HostUnreachable(name, `${address} port ${port}${over}`, reasonOf(error));
  }
}

const woken = new WeakMap<Client, Promise<void>>();

/**
 * Sees to it that a connection has had a session, one that does nothing. Only from then on sshd sends small packets at once (TCP_NODELAY); before,
 * it holds each back until the one before it was acknowledged, 40 ms later, several times in the handshake of a database. A host that refuses it is
 * only slower.
 */
export function awake(client: Client): Promise<void> {
  const waking = woken.get(client) ?? wake(client);
  woken.set(client, waking);
  return waking;
}

function wake(client: Client): Promise<void> {
  return new Promise((resolve) => {
    try {
      client.exec("true", (_refused, channel?: ClientChannel) => {
        channel?.on("error", () => undefined).resume();
        resolve();
      });
    } catch {
      resolve(); // the connection is just ending, as what comes next will say
    }
  });
}

/** A byte stream to a port as the connection's other end reaches it. */
export function forward(client: Client, address: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.forwardOut("127.0.0.1", 0, address, port, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}

function dial(host: string, port: number, milliseconds: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const giveUp = setTimeout(() => socket.destroy(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })), milliseconds);
    socket.once("error", reject).once("close", () => clearTimeout(giveUp));
    socket.once("connect", () => {
      clearTimeout(giveUp);
      socket.off("error", reject);
      resolve(socket);
    });
  });
}
