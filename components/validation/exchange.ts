import { type IncomingMessage, request } from "node:http";
import type { Duplex } from "node:stream";
import { PortUnreachable } from "../../host/errors";
import type { Host } from "../../host/host";
import type { Endpoint } from "../switch/endpoints";
import type { ApiCheck } from "./contract";
import { messageOf } from "./message";

const keptBytes = 1024 * 1024;

/** What came back for a check: an answer, nothing from the application, or nothing because it could not be asked. */
export type Answer =
  | {
      kind: "answered";
      status: number;
      /** At most its first MiB. */
      body: string;
      /** From the request to the end of the answer, without what it took to get a connection. */
      milliseconds: number;
    }
  | { kind: "silent"; reason: string }
  | { kind: "not asked"; reason: string };

/**
 * Asks once, over a connection of its own, from the host's own point of view. Never throws.
 * @param token that the check's login gave
 */
export async function exchange(host: Host, { address, port }: Endpoint, check: ApiCheck, token?: string): Promise<Answer> {
  const limit = AbortSignal.timeout(Math.max(1, Math.ceil(check.timeoutSeconds * 1000)));
  try {
    const stream = await within(limit, host.connectTo(address, port), (late) => late.destroy());
    try {
      return await ask(stream, check, limit, token);
    } finally {
      stream.destroy();
    }
  } catch (error) {
    if (limit.aborted) return { kind: "silent", reason: `no answer within ${check.timeoutSeconds} s` };
    return withoutConnection(error as Error);
  }
}

async function ask(stream: Duplex, check: ApiCheck, limit: AbortSignal, token: string | undefined): Promise<Answer> {
  const started = performance.now();
  try {
    const response = await within(limit, responseOf(stream, check, token));
    const body = await within(limit, bodyOf(response));
    return { kind: "answered", status: response.statusCode ?? 0, body, milliseconds: performance.now() - started };
  } catch (error) {
    if (limit.aborted) throw error;
    return { kind: "silent", reason: `its answer broke off: ${(error as Error).message}` };
  }
}

function responseOf(stream: Duplex, check: ApiCheck, token: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, headers, body } = messageOf(check, token);
    const asking = request({ createConnection: () => stream, path: check.path, method, headers });
    asking.on("response", resolve).on("error", reject).end(body);
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
