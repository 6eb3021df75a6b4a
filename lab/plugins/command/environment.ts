import type { Client } from "ssh2";

interface Channel {
  outgoing: { id: number };
  _callbacks: ((refused: boolean) => void)[];
}

/** The parts of ssh2 that let a request for an environment variable be answered. */
interface Internals {
  _protocol: { env(channel: number, name: string, value: string, wantReply: boolean): void };
  _chanMgr: { _channels: Record<string, Channel> };
}

/**
 * Which variables the server doesn't accept, asked beside a command that does nothing.
 * ssh2 asks for no answer, and a server drops silently what it doesn't accept, where the official plugin fails.
 */
export async function refusedVariables(client: Client, environment: Readonly<Record<string, string>>): Promise<string[]> {
  if (Object.keys(environment).length === 0) return [];
  const { _protocol: protocol, _chanMgr: channels } = client as unknown as Internals;
  const env = protocol.env.bind(protocol);
  const refused: string[] = [];
  protocol.env = (id, name, value) => {
    const channel = Object.values(channels._channels).find(({ outgoing }) => outgoing?.id === id);
    channel?._callbacks.push((isRefused) => isRefused && refused.push(name));
    env(id, name, value, true);
  };
  try {
    await new Promise<void>((resolve, reject) =>
      client.exec("exit 0", { env: environment }, (error, channel) =>
        error ? reject(error) : channel.on("close", () => resolve()).resume(),
      ),
    );
  } finally {
    protocol.env = env;
  }
  return refused;
}
