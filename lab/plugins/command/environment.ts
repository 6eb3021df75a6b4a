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
 * Lets the client ask for an answer to each variable that `exec` sets; returns which were refused.
 * ssh2 sends them without, and a server drops silently what it doesn't accept, where the official plugin fails.
 */
export function requestEnvironment(client: Client, names: readonly string[]): () => string[] {
  const { _protocol: protocol, _chanMgr: channels } = client as unknown as Internals;
  const plainEnv = protocol.env.bind(protocol);
  const refused: string[] = [];
  let open = names.length;
  protocol.env = (id, name, value) => {
    const channel = Object.values(channels._channels).find(({ outgoing }) => outgoing?.id === id);
    channel?._callbacks.push((isRefused) => isRefused && refused.push(name));
    plainEnv(id, name, value, true);
    if (--open === 0) protocol.env = plainEnv;
  };
  return () => refused;
}
