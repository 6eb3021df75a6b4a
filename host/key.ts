import { createHash } from "node:crypto";

/** A host's public key, as it is sent in the handshake and written in known_hosts. */
export interface PublicKey {
  /** "ssh-ed25519" */
  type: string;
  data: Buffer;
}

/** Reads "ssh-ed25519 AAAA… comment", a line of known_hosts too; null when it is no public key. */
export function parsePublicKey(line: string): PublicKey | null {
  const words = line.trim().split(/\s+/);
  const at = words.findIndex((word) => /^(ssh-|ecdsa-sha2-|sk-)/.test(word));
  const data = Buffer.from(words[at + 1] ?? "", "base64");
  if (at < 0 || data.length < 32 || typeOf(data) !== words[at]) return null;
  return { type: typeOf(data), data };
}

/** As ssh-keygen -l prints it: "SHA256:…". */
export function fingerprint(data: Buffer): string {
  return `SHA256:${createHash("sha256").update(data).digest("base64").replace(/=+$/, "")}`;
}

/** "ssh-ed25519 AAAA…" */
export const keyLine = (data: Buffer): string => `${typeOf(data)} ${data.toString("base64")}`;

/** A key begins with its type: the length in four bytes, then the name. */
function typeOf(data: Buffer): string {
  return data.length < 4 ? "" : data.toString("latin1", 4, 4 + data.readUInt32BE(0));
}
