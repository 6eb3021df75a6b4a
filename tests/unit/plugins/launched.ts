import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { type ChannelCredentials, type Client, credentials, type ServiceError } from "@grpc/grpc-js";

/** Where a stand-in's launcher is. */
export const binaryOf = (name: string): string => resolve(__dirname, "../../../lab/plugins/bin", name);

/** A plugin's process, and a client on the port that it printed. */
export class Launched<Service extends Client> {
  private constructor(
    readonly process: ChildProcess,
    readonly client: Service,
  ) {}

  static async start<Service extends Client>(
    name: string,
    Service: new (address: string, credentials: ChannelCredentials) => Service,
    options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
  ): Promise<Launched<Service>> {
    // Nobody listens on the engine's address: a plugin must not depend on being heard.
    const child = spawn(binaryOf(name), ["127.0.0.1:1"], {
      stdio: ["ignore", "pipe", "inherit"],
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
    });
    const [port] = (await once(createInterface(child.stdout), "line")) as [string];
    return new Launched(child, new Service(`127.0.0.1:${port}`, credentials.createInsecure()));
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.client.close();
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, "exit");
    this.process.kill(signal);
    await ended;
  }
}

/** A call's answer as a promise. */
export const call = <Response>(make: (done: (error: ServiceError | null, response: Response) => void) => unknown): Promise<Response> =>
  new Promise((resolve, reject) => make((error, response) => (error ? reject(new Error(error.details)) : resolve(response))));

/** Waits until something is so; fails after ten seconds, saying what never was. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether a process exists that isn't just waiting to be collected. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
