import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { addressOf, type Network } from "../../lab/network";

/** What a host's monitoring sends, as its documentation says. */
export interface Message {
  id: string;
  host: string;
  subject: string;
  event: string;
  since: string | null;
  seconds: number | null;
  release: string | null;
  error: string | null;
  text: string;
}

/** Who is told by the hosts of a lab: an HTTP server on the lab's own network that notes what it takes, in order. */
export class Receiver {
  /** Texts sent to Slack. */
  slack: string[] = [];
  /** Messages sent to the webhook. */
  messages: Message[] = [];
  /** Of the webhook's last request. */
  headers: IncomingHttpHeaders = {};
  heartbeats = 0;
  /** What it answers to messages; null: nothing, ever. */
  status: number | null = 200;
  /** Who waits for an answer: "slack", "webhook". */
  held: string[] = [];
  #port = 0;
  #server: Server | undefined;

  constructor(
    private readonly network: Network,
    readonly secret: string,
  ) {}

  /** Also after `stop`, on the same port. */
  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        const status = this.#take(request.url ?? "", request.headers, body);
        if (status !== null) return response.writeHead(status).end();
        const who = request.url?.split("/")[1] ?? "";
        this.held = [...this.held, who];
        response.on("close", () => (this.held = this.held.filter((held) => held !== who)));
      });
    });
    await new Promise<void>((resolve) => this.#server?.listen(this.#port, addressOf(this.network, 1), resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  url = (what: "slack" | "webhook" | "heartbeat"): string => `http://${addressOf(this.network, 1)}:${this.#port}/${what}/${this.secret}`;

  forget(): void {
    [this.slack, this.messages] = [[], []];
  }

  #take(url: string, headers: IncomingHttpHeaders, body: string): number | null {
    const what = new RegExp(`^/(slack|webhook|heartbeat)/${this.secret}$`).exec(url)?.[1];
    if (what === undefined) return 404;
    if (what === "heartbeat") this.heartbeats += 1;
    else if (this.status !== 200) return this.status;
    if (what === "slack") this.slack.push((JSON.parse(body) as { text: string }).text);
    if (what === "webhook") [this.messages, this.headers] = [[...this.messages, JSON.parse(body) as Message], headers];
    return 200;
  }
}
