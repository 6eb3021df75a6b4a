import { createServer, type AddressInfo, type Socket } from "node:net";
import { pipeline } from "node:stream";
import type { Host } from "./host";

/** A port on the deployer's own loopback that leads to one that the host reaches. */
export interface Tunnel {
  port: number;
  /** Why a connection could not be passed on; null: all were. */
  problem(): Error | null;
  /** Ends the connections that are open, too. */
  close(): void;
}

/** Opens it on a free port; each connection is passed on over the host's SSH connection. */
export async function openTunnel(host: Host, { address, port }: { address: string; port: number }): Promise<Tunnel> {
  const open = new Set<Socket>();
  let problem: Error | null = null;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket)).on("error", () => undefined);
    host.connectTo(address, port).then(
      (stream) => {
        if (socket.destroyed) return void stream.destroy();
        pipeline(socket, stream, () => undefined);
        pipeline(stream, socket, () => undefined);
      },
      (error: Error) => {
        problem = error;
        socket.destroy();
      },
    );
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    problem: () => problem,
    close: () => {
      server.close();
      open.forEach((socket) => socket.destroy());
    },
  };
}
