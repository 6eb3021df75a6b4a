import type { Command } from "../../host/command";
import { Secret } from "../../host/secret";
import { archiveOf } from "../backup/manifest";
import type { Part } from "./parts";

/** Exit codes of these commands that curl doesn't have. */
export const refusals = {
  curlMissing: 120,
  archiveMissing: 121,
  manifestMissing: 122,
} as const;

/** curl's own exit codes and those above: what a request ended with is told by `answer.ts`. */
export const requestCodes: readonly number[] = Array.from({ length: 123 }, (_, code) => code);

/** A request, signed; only the host that it goes from sees it. */
export interface SignedRequest {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: RequestBody;
}

export type RequestBody = { text: string } | FileRange | "none";

/** Bytes of a file on the host. */
export interface FileRange extends Pick<Part, "offset" | "bytes"> {
  path: string;
}

/** A backup's folder and id, and how its archive is cut. */
export interface SumsOrder {
  directory: string;
  id: string;
  partBytes: number;
  parts: number;
}

/**
 * Reads an archive once and prints, in hex, the SHA-256 of each part as they come, then that of the whole file.
 * The first line is its manifest's: bytes and SHA-256.
 */
export const readSums = ({ directory, id, partBytes, parts }: SumsOrder): Command => ({
  script: `
cd -- "$1" && [ -f "$2" ] || exit ${refusals.archiveMissing}
[ -f "$3" ] || exit ${refusals.manifestMissing}
printf '%s %s\\n' "$(stat -c %s -- "$3")" "$(sha256sum <"$3" | head -c 64)"
exec 5>&1
{
  for ((part = 1; part <= $5; part++)); do head -c "$4" | tee /dev/fd/6 | sha256sum | head -c 64 && echo; done >&5
  cat
} 6>&1 <"$2" | sha256sum | head -c 64`,
  with: [directory, archiveOf(id), `${id}.json`, `${partBytes}`, `${parts}`],
});

/** Sends a request from the host and prints the answer as it came, head and body. What is sent is in `requestInput`, nothing of it in any process list. */
export const sendRequest = (body: RequestBody): Command => ({
  script: `
read -r config
read -r text
type -P curl >/dev/null || exit ${refusals.curlMissing}
send() { curl --disable --config <(base64 -d <<<"$config") "$@"; }
case $1 in
  file)
    # A store may answer before it has read everything; what it said counts then, not that the rest could not be sent.
    dd if="$2" bs=1M iflag=skip_bytes,count_bytes skip="$3" count="$4" status=none | send --upload-file - || {
      codes=("\${PIPESTATUS[@]}")
      [ "\${codes[1]}" = 0 ] || exit "\${codes[1]}"
      [ "\${codes[0]}" = 141 ] || exit "\${codes[0]}"
    } ;;
  text) send --data-binary @<(base64 -d <<<"$text") ;;
  none) send ;;
esac`,
  with:
    typeof body === "object" && "path" in body
      ? ["file", body.path, `${body.offset}`, `${body.bytes}`]
      : [body === "none" ? "none" : "text"],
});

/** The stdin of `sendRequest`: curl's config in one line, the request's text in another. */
export function requestInput(request: SignedRequest): Secret {
  const text = typeof request.body === "object" && "text" in request.body ? request.body.text : "";
  return new Secret(`${[curlConfig(request), text].map((part) => Buffer.from(part).toString("base64")).join("\n")}\n`);
}

/** A connection that stands still is given up after this. */
const stallSeconds = 30;
const connectSeconds = 10;

function curlConfig({ method, url, headers, body }: SignedRequest): string {
  const isFile = typeof body === "object" && "path" in body;
  // What comes through a pipe is sent in chunks unless curl is told that it isn't; stores want to know the length.
  const framing = isFile ? { "content-length": `${body.bytes}`, "transfer-encoding": "" } : {};
  // Both belong to curl: the address says the one, it counts the other itself.
  const { host: _host, "content-length": _length, ...given } = headers;
  const header = ([name, value]: [string, string]): string => `header = ${quoted(value === "" ? `${name}:` : `${name}: ${value}`)}`;
  const lines = [
    `url = ${quoted(url)}`,
    method === "HEAD" ? "head" : `request = ${quoted(method)}\ninclude\nmax-filesize = 1000000`,
    ...Object.entries({ "content-type": "", ...given, ...framing }).map(header),
    "silent\nshow-error\ngloboff\npath-as-is\nsuppress-connect-headers",
    `proto = "=http,https"`,
    `connect-timeout = ${connectSeconds}\nspeed-limit = 1\nspeed-time = ${stallSeconds}`,
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** As curl reads a quoted value of a config file back. */
function quoted(value: string): string {
  const escapes: Record<string, string> = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  return `"${value.replace(/[\\"\n\r\t]/g, (letter) => escapes[letter] ?? letter)}"`;
}
