import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as secure, type TLSSocket } from "node:tls";
import type { Host } from "../../host/host";
import type { CheckResult, Limit } from "./contract";
import { judged } from "./limits";

const waitMilliseconds = 10_000;
const dayMilliseconds = 24 * 3600 * 1000;

/** What an https address showed of itself. */
export interface Shown {
  /** Until when its certificate holds. */
  validTo: Date;
  /** Why this deployer would not trust it; null: it does. */
  distrust: string | null;
}

/** How long users' certificate still holds; asked from the deployer, as users would, and over the host where the deployer does not get there. Never throws. */
export async function checkCertificate(url: URL, host: Host, limit: Limit): Promise<Pick<CheckResult, "result" | "detail">> {
  const [address, port] = [url.hostname.replace(/^\[|\]$/g, ""), Number(url.port === "" ? 443 : url.port)];
  const reasons: string[] = [];
  for (const [from, dial] of [
    ["the deployer", () => dialled(address, port)],
    [`host "${host.name}"`, () => host.connectTo(address, port)],
  ] as const) {
    try {
      return certificateResult(await shownBy(await dial(), address), new Date(), limit);
    } catch (error) {
      reasons.push(`from ${from}: ${(error as Error).message}`);
    }
  }
  reasons.push("if neither is to get there: selfhelp:validation.certificateDays: {warn: false, fail: false}");
  return { result: "inconclusive", detail: `${address} port ${port} shows no certificate:\n${reasons.join("\n")}` };
}

export function certificateResult({ validTo, distrust }: Shown, now: Date, limit: Limit): Pick<CheckResult, "result" | "detail"> {
  const days = Math.floor((validTo.getTime() - now.getTime()) / dayMilliseconds);
  const on = validTo.toISOString().slice(0, 10);
  const ends = days < 0 ? `ended on ${on}` : `ends in ${days} ${days === 1 ? "day" : "days"}, on ${on}`;
  return judged(days, limit, distrust === null ? ends : `${ends}; this deployer does not trust it (${distrust})`, "below");
}

/** Trusts any: that it is read at all must not depend on whether it is a good one. */
function shownBy(socket: Duplex, address: string): Promise<Shown> {
  return new Promise((resolve, reject) => {
    const servername = /^[\d.]+$|:/.test(address) ? undefined : address;
    const tls: TLSSocket = secure({ socket, servername, host: address, rejectUnauthorized: false });
    const limit = setTimeout(() => tls.destroy(new Error("no TLS within 10 s")), waitMilliseconds);
    const end = (): void => {
      clearTimeout(limit);
      tls.destroy();
      socket.destroy();
    };
    tls.once("secureConnect", () => {
      const { valid_to: validTo } = tls.getPeerCertificate();
      const { authorizationError } = tls;
      end();
      if (validTo === undefined) return reject(new Error("it showed no certificate"));
      resolve({ validTo: new Date(validTo), distrust: authorizationError ? String(authorizationError) : null });
    });
    tls.once("error", (error) => (end(), reject(error)));
    tls.once("close", () => (end(), reject(new Error("it closed the connection"))));
  });
}

function dialled(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: waitMilliseconds });
    socket.once("timeout", () => socket.destroy(new Error("no answer within 10 s")));
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("error", reject);
      socket.on("error", () => undefined); // TLS over it tells it
      resolve(socket);
    });
  });
}
