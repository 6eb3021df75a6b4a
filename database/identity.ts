import { isIP } from "node:net";
import { checkServerIdentity, TLSSocket } from "node:tls";
import type { Connection } from "mysql2/promise";

/**
 * Whether a server's certificate, already known to be signed by the configured CA, is for this address. mysql2 checks host names by itself, but
 * compares IP addresses with nothing.
 */
export function identityProblem({ connection }: Connection & { connection?: { stream?: unknown } }, address: string): string | undefined {
  if (isIP(address) === 0) return undefined;
  const socket = connection?.stream;
  if (!(socket instanceof TLSSocket)) return "the session isn't encrypted";
  return checkServerIdentity(address, socket.getPeerCertificate())?.message;
}
