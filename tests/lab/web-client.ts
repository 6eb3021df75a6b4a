import { request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { connect as connectTo } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";

export interface Asked {
  secure: boolean;
  method: string;
  headers: Record<string, string | number>;
}

export interface Answered {
  status: number;
  /** As they came: names in lower case, none joined with another one of its name. */
  headers: [string, string][];
  body: string;
}

/** A stranger, to whom a host has no name but its address: each question over a connection of its own. */
export class Outside {
  constructor(
    readonly address: string,
    /** Whose certificates it trusts. */
    readonly ca: string,
  ) {}

  ask(path: string, { secure = true, method = "GET", headers = {} }: Partial<Asked> = {}): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const options = { host: this.address, path, method, headers, agent: false, timeout: 15_000 };
      const asked = secure ? secureRequest({ ...options, ca: this.ca }) : plainRequest(options);
      asked.once("error", reject);
      asked.once("timeout", () => asked.destroy(new Error(`${path}: no answer`)));
      asked.once("response", (response) => {
        let body = "";
        const names = response.rawHeaders.filter((_, index) => index % 2 === 0);
        const sent = names.map((name, index): [string, string] => [name.toLowerCase(), response.rawHeaders[2 * index + 1] ?? ""]);
        response.setEncoding("utf8").on("data", (text: string) => (body += text));
        response.once("end", () => resolve({ status: response.statusCode ?? 0, headers: sent, body }));
        response.once("error", reject);
      });
      // An upload that is only announced: its refusal comes before it would.
      if (headers["content-length"] === undefined) asked.end();
      else asked.flushHeaders();
    });
  }

  /** What a handshake leads to: version, cipher and protocol, or why the host refused it. */
  handshake(options: ConnectionOptions): Promise<string> {
    return new Promise((resolve) => {
      const socket: TLSSocket = connect({ host: this.address, port: 443, ca: this.ca, ...options }, () => {
        resolve(`${socket.getProtocol()} ${socket.getCipher().name} ${socket.alpnProtocol}`);
        socket.destroy();
      });
      socket.once("error", (error: NodeJS.ErrnoException) => resolve(`refused: ${error.code}`));
    });
  }

  /** Every port that takes a connection. */
  async openPorts(): Promise<number[]> {
    const open: number[] = [];
    let next = 1;
    const scan = async (): Promise<void> => {
      for (let port = next++; port <= 65_535; port = next++) if (await this.#takes(port)) open.push(port);
    };
    await Promise.all(Array.from({ length: 256 }, scan));
    return open.sort((a, b) => a - b);
  }

  #takes(port: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connectTo({ host: this.address, port, timeout: 5_000 });
      const end = (takes: boolean): void => {
        socket.destroy();
        resolve(takes);
      };
      socket.once("connect", () => end(true)).once("error", () => end(false));
      socket.once("timeout", () => end(false));
    });
  }
}
