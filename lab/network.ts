import { must, privileged, run } from "./process";

/** A private network of one lab: a bridge on this machine, and addresses 10.213.N.0/24 behind it. */
export interface Network {
  bridge: string;
  /** The N. */
  number: number;
}

export const addressOf = (network: Network, position: number): string => `10.213.${network.number}.${position}`;

/** Takes the first free network; creating its bridge is what makes it ours. */
export async function createNetwork(): Promise<Network> {
  for (let number = 1; number < 255; number++) {
    const network = { bridge: `shlab${number}`, number };
    const { exitCode, stderr } = await run(privileged(["ip", "link", "add", network.bridge, "type", "bridge"]));
    if (exitCode === 0) {
      await bringUp(network);
      return network;
    }
    if (!stderr.includes("File exists")) throw new Error(`this machine can't make a network for lab hosts: ${stderr.trim()}`);
  }
  throw new Error("no network is free for another lab: end one with `npm run lab -- down --name NAME`");
}

/** Makes sure that a network that was taken before is there (it goes with a restart of this machine). */
export async function ensureNetwork(network: Network): Promise<void> {
  const { exitCode } = await run(["ip", "link", "show", network.bridge]);
  if (exitCode === 0) return;
  await must(privileged(["ip", "link", "add", network.bridge, "type", "bridge"]));
  await bringUp(network);
}

async function bringUp(network: Network): Promise<void> {
  await must(privileged(["ip", "address", "add", `${addressOf(network, 1)}/24`, "dev", network.bridge]));
  await must(privileged(["ip", "link", "set", network.bridge, "up"]));
}

export async function removeNetwork(network: Network): Promise<void> {
  await run(privileged(["ip", "link", "delete", network.bridge]));
}
