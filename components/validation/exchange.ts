import { type IncomingMessage, request } from "node:http";
import type { Duplex } from "node:stream";
import { PortUnreachable } from "../../host/errors";
import type { Host } from "../../host/host";
import type { HttpCheck } from "../switch/contract";
import type { Endpoint } from "../switch/endpoints";

const keptBytes = 1024 * 1024;

/** What came back for a check: an answer, nothing from the application, or nothing because it could not be asked. */
export type Answer =
  | { kind: "answered"; status: number; /** At most its first MiB. */ body: string }
  | { kind: "silent"; reason: string }
  | { kind: "not asked"; reason: string };

/** Asks once, over a connection of its own, from the host's own point of view. Never throws. */
export async function exchange(host: Host, { address, port }: Endpoint, check: HttpCheck): Promise<Answer> {
  const limit = AbortSignal.timeout(Math.max(1, Math.ceil(check.timeoutSeconds * 1000)));
  try {
    const stream = await within(limit, host.connectTo(address, port), (late) => late.destroy());
    try {
      return await ask(stream, check, limit);
    } finally {
      stream.destroy();
    }
  } catch (error) {
    if (limit.aborted) return { kind: "silent", reason: `no answer within ${check.timeoutSeconds} s` };
    return withoutConnection(error as Error);
  }
}

async function ask(stream: Duplex, check: HttpCheck, limit: AbortSignal): Promise<Answer> {
  try {
    const response = await within(limit, responseOf(stream, check));
    return { kind: "answered", status: response.statusCode ?? 0, body: await within(limit, bodyOf(response)) };
  } catch (error) {
    if (limit.aborted) throw error;
    return { kind: "silent", reason: `its answer broke off: ${(error as Error).message}` };
  }
}

function responseOf(stream: Duplex, { path, hostName }: HttpCheck): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { Host: hostName, "User-Agent": "selfhelp-deploy", Accept: "*/*", Connection: "close" };
    const asking = request({ createConnection: () => stream, path, headers });
    asking.on("response", resolve).on("error", reject).end();
  });
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= keptBytes) break;
  }
  return Buffer.concat(chunks).toString("utf8", 0, keptBytes);
}

function withoutConnection(error: Error): Answer {
  if (error instanceof PortUnreachable && /refused/i.test(error.reason))
    return { kind: "silent", reason: `nothing listens on port ${error.port}` };
  return { kind: "not asked", reason: error.message };
}

/** Waits no longer than the limit; what comes later is handed to `discard`. */
function within<Value>(limit: AbortSignal, work: Promise<Value>, discard: (late: Value) => void = () => undefined): Promise<Value> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(limit.reason);
    limit.addEventListener("abort", giveUp);
    work
      .then((value) => (limit.aborted ? discard(value) : resolve(value)), reject)
      .finally(() => limit.removeEventListener("abort", giveUp));
    if (limit.aborted) giveUp();
  });
}
