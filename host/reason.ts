import { plain } from "./plain";

/** All of connecting, retries included. */
export const connectSeconds = 10;

const reasons: Record<string, string> = {
  ECONNREFUSED: "nothing listens there (connection refused)",
  ECONNRESET: "it closed the connection",
  EPIPE: "it closed the connection",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no route to it",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name could not be looked up",
};

/** Why a connection was not made, in words. */
export function reasonOf(error: unknown): string {
  const { code, level, message } = error as { code?: string; level?: string; message: string };
  if (code === "ETIMEDOUT" || level === "client-timeout") return `no answer within ${connectSeconds} s`;
  return reasons[code ?? ""] ?? said(message.replace(/^\(SSH\) Channel open failure: /, ""));
}

const longestSaid = 200;

/** Whoever answers at a host's address chooses these words: one line of them, and not too many. */
export const said = (text: string): string => plain(text).slice(0, longestSaid);
