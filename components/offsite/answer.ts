import type { Output } from "../../host/host";
import { refusals } from "./commands";
import { NoAnswer } from "./errors";

/** A store's answer. */
export interface Answer {
  statusCode: number;
  /** By name in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** Why curl got no answer, by its exit code, and whether another attempt may get one. */
const reasons: Record<number, { reason: string; isWorthRepeating?: true }> = {
  [refusals.curlMissing]: { reason: "that host has no curl (sudo apt-get install curl)" },
  6: { reason: "its name is not known there", isWorthRepeating: true },
  7: { reason: "nothing answers there, or a firewall is between them", isWorthRepeating: true },
  18: { reason: "the connection was cut in the middle of the answer", isWorthRepeating: true },
  28: { reason: "it does not answer, or the connection stands still", isWorthRepeating: true },
  35: { reason: "no TLS connection could be made: is it https that is spoken there?" },
  52: { reason: "it closed the connection without an answer", isWorthRepeating: true },
  55: { reason: "the connection was cut while sending", isWorthRepeating: true },
  56: { reason: "the connection was cut while waiting for the answer", isWorthRepeating: true },
  60: { reason: "its certificate is not trusted by that host" },
};

/**
 * What came back of a request.
 * @param address of the store, for people: "http://10.0.0.1:9000"
 * @throws NoAnswer
 */
export function answerOf({ exitCode, stdout, stderr }: Output, address: string): Answer {
  if (exitCode === 0) return parse(stdout);
  const { reason, isWorthRepeating } = reasons[exitCode] ?? {
    reason: `the request ended with code ${exitCode}: ${stderr.trim().slice(0, 200)}`,
  };
  throw new NoAnswer(address, reason, isWorthRepeating === true);
}

/** The last head counts: those before it (100 Continue) only say that it comes. */
function parse(text: string): Answer {
  const end = /\r?\n\r?\n/.exec(text);
  const head = end === null ? text : text.slice(0, end.index);
  const rest = end === null ? "" : text.slice(end.index + end[0].length);
  const [status = "", ...lines] = head.split(/\r?\n/);
  const statusCode = Number(/^HTTP\/\S+ (\d{3})/.exec(status)?.[1] ?? 0);
  if (statusCode >= 100 && statusCode < 200) return parse(rest);
  return { statusCode, headers: Object.fromEntries(lines.map(header)), body: rest };
}

function header(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
