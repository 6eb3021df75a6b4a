import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { homedir } from "node:os";
import { utils } from "ssh2";
import { LoginRefused, PrivateKeyUnusable } from "./errors";
import type { HostSettings } from "./host";

/** What a login is made with, in ssh2's terms. */
export type Login = { privateKey: Buffer; authHandler: ["publickey"] } | { agent: string; authHandler: ["agent"] };

/**
 * The configured private key, or else the SSH agent.
 * @throws PrivateKeyUnusable, or LoginRefused when there is neither
 */
export async function readLogin(settings: HostSettings): Promise<Login> {
  if (settings.privateKeyPath !== undefined) {
    return { privateKey: await readPrivateKey(settings.name, settings.privateKeyPath), authHandler: ["publickey"] };
  }
  const agent = process.env.SSH_AUTH_SOCK;
  if (agent === undefined || agent === "") {
    throw new LoginRefused(settings.name, settings.user, "it has no privateKeyPath, and there is no SSH agent (SSH_AUTH_SOCK is not set)");
  }
  return { agent, authHandler: ["agent"] };
}

/** The name of the key or agent, for an error. */
export function describeLogin(settings: HostSettings): string {
  return settings.privateKeyPath === undefined
    ? `the keys of the SSH agent at ${process.env.SSH_AUTH_SOCK}`
    : `the key ${settings.privateKeyPath}`;
}

async function readPrivateKey(host: string, path: string): Promise<Buffer> {
  const text = await readOwnFile(host, path);
  const parsed = utils.parseKey(text);
  if (parsed instanceof Error) {
    if (/encrypted/i.test(parsed.message)) throw new PrivateKeyUnusable(host, path, "a passphrase protects it", passphraseRemedy(path));
    throw new PrivateKeyUnusable(
      host,
      path,
      "it is no private key that is understood",
      "OpenSSH and PEM formats are: ssh-keygen -t ed25519 makes one.",
    );
  }
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key?.isPrivateKey()) return text;
  throw new PrivateKeyUnusable(host, path, "it is a public key", "Set privateKeyPath to the file without .pub.");
}

const passphraseRemedy = (path: string): string =>
  `Load it into the SSH agent (ssh-add ${path}) and leave privateKeyPath out of selfhelp:hosts, or use a key without a passphrase.`;

async function readOwnFile(host: string, path: string): Promise<Buffer> {
  const file = await open(path.replace(/^~(?=\/)/, homedir()), constants.O_RDONLY).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? "there is no such file" : error.code === "EACCES" ? "you may not read it" : error.message;
    throw new PrivateKeyUnusable(host, path, reason, "Correct privateKeyPath in selfhelp:hosts.");
  });
  try {
    const { mode, uid } = await file.stat();
    if (uid === process.getuid?.() && (mode & 0o077) !== 0) {
      const reason = `others may read it too (mode ${(mode & 0o777).toString(8)})`;
      throw new PrivateKeyUnusable(host, path, reason, `Run: chmod 600 ${path}`);
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}
