import type { ApiCheck } from "./contract";

const hidden = "[hidden]";
/** What is shorter is no secret, and would make an answer unreadable. */
const shortest = 3;

/** What of a check must not be seen: the values of its headers, of its body and of its login; longest first, as `redact` needs them. */
export function secretsOf({ headers, body, login }: ApiCheck): string[] {
  const values = [...Object.values(headers ?? {}), ...textsIn(body), ...Object.values(login?.fields ?? {})];
  return [...new Set(values.flatMap(spellings))].filter(({ length }) => length >= shortest).sort((one, other) => other.length - one.length);
}

/** A text without what must not be seen, however JSON, a form or a page spell it. */
export const redact = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((kept, secret) => kept.replaceAll(secret, hidden), text);

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value, ...partsOf(value)];
  if (typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Of a body that was written as JSON or as a form. */
function partsOf(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? textsIn(value) : [];
  } catch {
    return text.includes("=") ? [...new URLSearchParams(text).values()] : [];
  }
}

function spellings(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  return [value, json, json.replaceAll("/", "\\/"), html, encodeURIComponent(value)];
}
