import { setTimeout as sleep } from "node:timers/promises";
import type { Client, ClientChannel } from "ssh2";
import type { Connection } from "./connection";
import type { Ending } from "./ending";
import { Places } from "./places";

/** Sessions at once on one connection; sshd's own limit (MaxSessions) is 10 unless configured otherwise. */
const mostSessions = 8;
/** In a row, while no other session runs. */
const mostRefusals = 5;
const pauseMilliseconds = 50;

/** A command's channel, and how it will have ended when it is closed. */
export interface Session {
  channel: ClientChannel;
  ended: Promise<Ending>;
}

/** The host has no place for a further session, or the connection is just ending; nothing was started. */
export class SessionRefused extends Error {}

/** The command sessions of one connection; further ones wait for a place, in order. */
export class Sessions {
  readonly #places = new Places(mostSessions);
  #running = 0;

  constructor(private readonly connection: Connection) {}

  /**
   * Starts a command line and hands its session over; the place is free again when `use` is done.
   * @throws the errors of a connection, SessionRefused, or the signal's reason when it was aborted before the start
   */
  async with<Result>(line: string, signal: AbortSignal | undefined, use: (session: Session) => Promise<Result>): Promise<Result> {
    const leave = await this.#places.enter(signal);
    try {
      const session = await this.#start(line, signal);
      this.#running += 1;
      return await use(session).finally(() => (this.#running -= 1));
    } finally {
      leave();
    }
  }

  /** sshd may allow less, and counts a session for a moment after its end: a refused one is tried again while others run, and shortly after. */
  async #start(line: string, signal: AbortSignal | undefined): Promise<Session> {
    for (let refusals = 0; ; refusals = this.#running > 0 ? 0 : refusals + 1) {
      const client = await this.connection.client();
      signal?.throwIfAborted();
      try {
        return await start(client, line, () => !this.connection.isOpen(client));
      } catch (error) {
        if (!(error instanceof SessionRefused) || refusals === mostRefusals) throw error;
        await sleep(pauseMilliseconds, undefined, { signal });
      }
    }
  }
}

function start(client: Client, line: string, isLost: () => boolean): Promise<Session> {
  return new Promise((resolve, reject) => {
    const started = (error: Error | undefined, channel: ClientChannel): void => {
      // Here at once: the end may come in the same packet as the confirmation of the start.
      if (error === undefined) resolve({ channel, ended: endOf(channel, isLost) });
      else reject("reason" in error ? new SessionRefused(error.message) : error);
    };
    try {
      client.exec(line, started);
    } catch (error) {
      reject(new SessionRefused((error as Error).message)); // ssh2 throws when its socket can't be written to any more
    }
  });
}

function endOf(channel: ClientChannel, isLost: () => boolean): Promise<Ending> {
  return new Promise((resolve) => {
    let exit: Ending = "lost";
    channel.on("exit", (code: number | null) => (exit = { code }));
    channel.on("close", () => resolve(isLost() ? "lost" : exit));
    channel.on("error", () => undefined);
  });
}
