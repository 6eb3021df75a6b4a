import { Readable } from "node:stream";
import type { Host } from "../../host/host";
import { answerOf } from "./answer";
import { type FileRange, requestCodes, requestInput, type RequestBody, sendRequest } from "./commands";

/** A request as the store's client hands it over: complete and signed. */
interface ClientRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
}

interface ClientResponse {
  response: { statusCode: number; headers: Record<string, string>; body: Readable };
}

/** What of a file is the body of a request: it is read where the file is. */
export class FileBody implements FileRange {
  constructor(
    readonly path: string,
    readonly offset: number,
    readonly bytes: number,
  ) {}
}

/** More than a part of any size takes on a line that is worth the name; a line that stands still is given up long before. */
const longestRequestSeconds = 6 * 3600;

/** Carries the requests of a store's client from a host, by curl: that host needs to reach the store, the deployer needn't, and it never sees the credentials. */
export class HostTransport {
  constructor(private readonly host: Host) {}

  async handle(request: ClientRequest, { abortSignal }: { abortSignal?: unknown } = {}): Promise<ClientResponse> {
    const address = `${request.protocol}//${request.hostname}${request.port === undefined ? "" : `:${request.port}`}`;
    const body = bodyOf(request);
    const output = await this.host.run(sendRequest(body), {
      as: "root",
      purpose: "a request to the off-site store",
      stdin: requestInput({ method: request.method, url: `${address}${request.path}${queryOf(request)}`, headers: request.headers, body }),
      timeoutSeconds: longestRequestSeconds,
      expectedExitCodes: requestCodes,
      signal: abortSignal as AbortSignal | undefined, // it is what `openStore` was given
    });
    const answer = answerOf(output, address);
    return { response: { ...answer, body: Readable.from([Buffer.from(answer.body)]) } };
  }

  /** Part of what the client expects; there is nothing to configure. */
  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): object {
    return {};
  }
}

function bodyOf({ method, body }: ClientRequest): RequestBody {
  if (body instanceof FileBody) return body;
  if (typeof body === "string") return { text: body };
  if (body instanceof Uint8Array) return { text: Buffer.from(body).toString("utf8") };
  if (body !== undefined) throw new TypeError("the store's client sends a body of an unknown kind");
  return method === "POST" ? { text: "" } : "none";
}

/** Written as it was signed: RFC 3986. */
function queryOf({ query = {} }: ClientRequest): string {
  const escaped = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  const words = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${escaped(name)}=${escaped(one ?? "")}`),
  );
  return words.length === 0 ? "" : `?${words.join("&")}`;
}
