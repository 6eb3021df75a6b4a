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

/** Joins a connection with one that the host makes. @throws why the host can't make it; the connection is ended then */
export async function passOn(socket: Socket, host: Host, { address, port }: { address: string; port: number }): Promise<void> {
  socket.on("error", () => undefined);
  try {
    const stream = await host.connectTo(address, port);
    if (socket.destroyed) return void stream.destroy();
    pipeline(socket, stream, () => undefined);
    pipeline(stream, socket, () => undefined);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Opens it on a free port; each connection is passed on over the host's SSH connection. */
export async function openTunnel(host: Host, { address, port }: { address: string; port: number }): Promise<Tunnel> {
  const open = new Set<Socket>();
  let problem: Error | null = null;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    passOn(socket, host, { address, port }).catch((error: Error) => (problem = error));
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
