import { once } from "node:events";
import { DeploymentError, HostKeyRefused, textOf } from "../../host/errors";
import type { Host, HostSettings } from "../../host/host";
import { fingerprint, parsePublicKey } from "../../host/key";
import { connectHost } from "../../host/ssh";
import type { Ask } from "../ask";

const waitSeconds = 20;

type Reached = Omit<HostSettings, "hostKey">;

/**
 * The host's public key: the one that it offers, when somebody says that it is the right one.
 * @param expected its fingerprint, "SHA256:…", as the host's own console says it
 * @throws DeploymentError when nobody says so, or says otherwise
 */
export async function trustedKey(settings: Reached, expected: string | undefined, ask: Ask): Promise<string> {
  const key = await offeredKey(settings);
  const parsed = parsePublicKey(key);
  const shown = parsed === null ? "" : fingerprint(parsed.data);
  const type = /ed25519|ecdsa|rsa/.exec(key)?.[0] ?? "*";
  const where = `ssh-keygen -lf /etc/ssh/ssh_host_${type}_key.pub`;
  if (expected !== undefined) {
    if (expected === shown) return key;
    throw new DeploymentError(
      `${settings.address} offers the key ${shown}, not ${expected}: it is another host, or somebody is between. Nothing was written.`,
    );
  }
  if (ask === null)
    throw new DeploymentError(
      `${settings.address} offers the key ${shown}. Compare it with what its own console says to: ${where}\nThen type the command again with: --fingerprint ${shown}`,
    );
  const answer = await ask(
    `${settings.address} offers the key ${shown}\nIs that what its own console says to "${where}"? (yes or no)`,
    undefined,
    (said) => (/^(y(es)?|no?)$/i.test(said) ? null : "yes or no"),
  );
  if (/^y(es)?$/i.test(answer)) return key;
  throw new DeploymentError("the host's key was not accepted. Nothing was written.");
}

/** A connection that trusts nothing is refused with what was offered; nothing was sent by then. */
async function offeredKey(settings: Reached): Promise<string> {
  const host = connectHost({ ...settings, hostKey: "" });
  try {
    await host.run({ run: ["true"] }, { purpose: "asking for the host's key", timeoutSeconds: waitSeconds });
  } catch (error) {
    if (error instanceof HostKeyRefused) return error.offeredKey;
    throw error;
  } finally {
    host.close();
  }
  throw new DeploymentError(`${settings.address} was trusted without a key`);
}

export interface Look {
  what: string;
  /** null: it is fine. */
  problem: string | null;
}

/** Whether what a deployment needs is there. */
export async function lookAtHost(settings: HostSettings): Promise<Look[]> {
  const host = connectHost(settings);
  const timed = { timeoutSeconds: waitSeconds };
  const looks: [string, () => Promise<unknown>][] = [
    [`SSH login as ${settings.user}`, () => host.run({ run: ["true"] }, { ...timed, purpose: "a first login" })],
    ["sudo without a password", () => host.run({ run: ["true"] }, { ...timed, purpose: "sudo", as: "root" })],
    ["a database server on port 3306 of the host", () => greeting(host)],
  ];
  const found: Look[] = [];
  for (const [what, look] of looks) {
    found.push({ what, problem: await look().then(() => null, textOf) });
    if (found[0]?.problem !== null) break; // without a login there is nothing more to see
  }
  host.close();
  return found;
}

/** A database's server speaks first. */
async function greeting(host: Host): Promise<void> {
  const stream = await host.connectTo("127.0.0.1", 3306);
  const signal = AbortSignal.timeout(waitSeconds * 1000);
  await once(stream, "data", { signal }).finally(() => stream.destroy());
}
