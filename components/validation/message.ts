import type { ApiCheck } from "./contract";

/** What is sent for a check. */
export interface Message {
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** The check's own headers come last, and so hold whatever they are called. */
export function messageOf({ method, hostName, headers, body }: ApiCheck, token?: string): Message {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const usual = {
    Host: hostName,
    "User-Agent": "selfhelp-deploy",
    Accept: "*/*",
    Connection: "close",
    ...(text === undefined ? {} : { "Content-Type": typeof body === "string" ? "text/plain; charset=utf-8" : "application/json" }),
    ...(text === undefined ? {} : { "Content-Length": `${Buffer.byteLength(text)}` }),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  };
  return { method: method ?? (text === undefined ? "GET" : "POST"), headers: overridden(usual, headers ?? {}), body: text };
}

/** The names of headers are the same in any case. */
function overridden(usual: Record<string, string>, own: Record<string, string>): Record<string, string> {
  const given = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  return { ...Object.fromEntries(Object.entries(usual).filter(([name]) => !given.has(name.toLowerCase()))), ...own };
}
