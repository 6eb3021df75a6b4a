import type { Duplex } from "node:stream";
import { Client, type ServerHostKeyAlgorithm } from "ssh2";
import { HostKeyRefused, LoginRefused } from "./errors";
import type { HostSettings } from "./host";
import { fingerprint, keyLine, parsePublicKey } from "./key";
import { describeLogin, type Login } from "./login";
import { said } from "./reason";

const keepaliveMilliseconds = 10_000;

/** The types that a host may prove itself with; all of them are asked for, so that a refusal can say what was offered. */
const hostKeyTypes: readonly ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
];

/**
 * Verifies the host's key and logs in, over a socket that is already connected.
 * @throws HostKeyRefused, LoginRefused, or the network's own error
 */
export async function logIn(settings: HostSettings, credentials: Login, sock: Duplex, milliseconds: number): Promise<Client> {
  const known = parsePublicKey(settings.hostKey);
  return new Promise((resolve, reject) => {
    const client = new Client();
    let refusal: Error | undefined;
    let trusted = false;
    const fail = (error: Error): void => reject(refusal ?? (trusted ? loginFailure(settings, error) : error));
    client.once("ready", () => resolve(client));
    client.once("handshake", () => (trusted = true));
    client.on("error", (error) => {
      if (error.level !== "agent") fail(error.message === "Connection lost before handshake" ? closed() : error);
    });
    client.once("close", () => fail(closed()));
    client.connect({
      ...credentials,
      sock,
      username: settings.user,
      readyTimeout: milliseconds,
      keepaliveInterval: keepaliveMilliseconds,
      keepaliveCountMax: 3,
      algorithms: { serverHostKey: preferring(known?.type) },
      hostVerifier: (offered: Buffer) => {
        if (known?.data.equals(offered)) return true;
        refusal = new HostKeyRefused(
          settings.name,
          settings.address,
          known && fingerprint(known.data),
          fingerprint(offered),
          keyLine(offered),
        );
        return false;
      },
    });
  });
}

const closed = (): Error => Object.assign(new Error("it closed the connection"), { code: "ECONNRESET" });

/** The configured type first: a host with several keys then offers the one that is known. */
function preferring(type: string | undefined): ServerHostKeyAlgorithm[] {
  const isPreferred = (name: string): boolean => name === type || (type === "ssh-rsa" && name.startsWith("rsa-"));
  return [...hostKeyTypes.filter(isPreferred), ...hostKeyTypes.filter((name) => !isPreferred(name))];
}

function loginFailure(settings: HostSettings, error: Error): Error {
  const { level, code } = error as { level?: string; code?: unknown };
  const isRefusal = level === "client-authentication" || typeof code === "number";
  if (!isRefusal) return error;
  const words = level === "client-authentication" ? "" : ` (${said(error.message)})`;
  return new LoginRefused(settings.name, settings.user, `it does not accept ${describeLogin(settings)}${words}`);
}
