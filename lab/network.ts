import { createHash, randomInt } from "node:crypto";
import { must, privileged, run } from "./process";

/** A private network of one lab: a bridge on this machine, and addresses 10.213.N.0/24 behind it. */
export interface Network {
  bridge: string;
  /** The N. */
  number: number;
}

export const addressOf = (network: Pick<Network, "number">, position: number): string => `10.213.${network.number}.${position}`;

/** The bridge of the lab in a folder: known beforehand, so that one that a crash has left is found. At most 15 characters. */
export const bridgeOf = (folder: string): string => `shlab-${createHash("sha256").update(folder).digest("hex").slice(0, 8)}`;

/** Makes the network of the lab in a folder, with a number that no other network of this machine has. */
export async function createNetwork(folder: string): Promise<Network> {
  const bridge = bridgeOf(folder);
  await removeNetwork(bridge);
  const { exitCode, stderr } = await run(privileged(["ip", "link", "add", bridge, "type", "bridge"]));
  if (exitCode !== 0) throw new Error(`this machine can't make a network for lab hosts: ${stderr.trim()}`);
  for (;;) {
    const network = { bridge, number: freeNumber(await takenNumbers()) };
    await bringUp(network);
    // Another lab may have taken the same number at the same moment.
    if ((await takenNumbers()).filter((number) => number === network.number).length === 1) return network;
    await must(privileged(["ip", "address", "flush", "dev", bridge]));
  }
}

/** Makes sure that a network that was made before is there (it goes with a restart of this machine). */
export async function ensureNetwork(network: Network): Promise<void> {
  if ((await run(["ip", "link", "show", network.bridge])).exitCode === 0) return;
  if ((await takenNumbers()).includes(network.number)) {
    throw new Error(`another network has taken ${addressOf(network, 0)}/24: end this lab (npm run lab -- down) and start it anew`);
  }
  await must(privileged(["ip", "link", "add", network.bridge, "type", "bridge"]));
  await bringUp(network);
}

async function bringUp(network: Network): Promise<void> {
  await must(privileged(["ip", "address", "add", `${addressOf(network, 1)}/24`, "dev", network.bridge]));
  await must(privileged(["ip", "link", "set", network.bridge, "up"]));
}

export async function removeNetwork(bridge: string): Promise<void> {
  await run(privileged(["ip", "link", "delete", bridge]));
}

const takenNumbers = async (): Promise<number[]> => numbersIn(await must(["ip", "-4", "-oneline", "address", "show"]));

/** Numbers of lab networks in what `ip -4 -oneline address show` prints. */
export const numbersIn = (addresses: string): number[] =>
  [...addresses.matchAll(/ inet 10\.213\.(\d+)\./g)].map((match) => Number(match[1]));

/** Any number that is free; not the lowest, so that labs that start together seldom meet. */
export function freeNumber(taken: readonly number[]): number {
  const free = Array.from({ length: 254 }, (_, index) => index + 1).filter((number) => !taken.includes(number));
  const number = free[randomInt(Math.max(free.length, 1))];
  if (number === undefined) throw new Error("no network is free for another lab: end one (npm run lab -- down --name NAME)");
  return number;
}
