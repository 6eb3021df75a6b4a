import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export type Act = "drain" | "admit";

/** A load balancer's interface, as far as a deployment uses it: an HTTP server that notes what it is told, in order. */
export class Balancer {
  /** "drain web1: v8.0.0", with what the host served just then. */
  told: string[] = [];
  /** What happens before it answers; what that throws is answered with 500. */
  before: (act: Act, host: string) => Promise<void> = async () => undefined;
  readonly #server: Server;

  constructor(
    readonly token: string,
    servedBy: (host: string) => Promise<string>,
  ) {
    this.#server = createServer((request, response) => {
      const [, act, host] = /^\/pool\/(drain|admit)\/(\w+)$/.exec(request.url ?? "") as unknown as [string, Act, string];
      const answer = async (): Promise<void> => {
        if (request.headers.authorization !== `Bearer ${token}`) throw new Error("who are you?");
        this.told.push(`${act} ${host}: ${await servedBy(host)}`);
        await this.before(act, host);
      };
      answer().then(
        () => response.end("done"),
        (error: Error) => response.writeHead(500).end(`${error.message} (${request.headers.authorization})`),
      );
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** `rollout.drain` and `rollout.admit` of a stack's config. */
  hooks(): Record<Act, object> {
    const { port } = this.#server.address() as AddressInfo;
    const hook = (act: Act): object => ({
      url: `http://127.0.0.1:${port}/pool/${act}/{host}`,
      headers: { Authorization: `Bearer ${this.token}` },
    });
    return { drain: hook("drain"), admit: hook("admit") };
  }
}
