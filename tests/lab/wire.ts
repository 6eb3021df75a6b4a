import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** A line between a lab host and a port of this machine that can be cut, held, or made to change what goes over it. */
export class Wire {
  readonly #sockets = new Set<Socket>();
  /** What becomes of bytes on their way to the port. */
  change: (bytes: Buffer) => Buffer = (bytes) => bytes;
  /** While true, nothing is carried to the port. */
  isHeld = false;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async to(address: string, target: number): Promise<Wire> {
    const server = createServer().listen(0, address);
    await once(server, "listening");
    const wire = new Wire(server, (server.address() as { port: number }).port);
    server.on("connection", (near) => wire.#join(near, connect(target, address)));
    return wire;
  }

  /** Ends what runs over it; new connections are made. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.server.close();
    this.cut();
    if (this.server.listening) await once(this.server, "close");
  }

  #join(near: Socket, far: Socket): void {
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket
        .on("error", () => undefined)
        .on("close", () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
    }
    near.on("data", (bytes: Buffer) => {
      if (this.isHeld) near.pause();
      else far.write(this.change(bytes));
    });
    far.on("data", (bytes: Buffer) => near.write(bytes));
  }
}
