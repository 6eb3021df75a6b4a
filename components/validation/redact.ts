import { spelled } from "../../host/redact";
import type { ApiCheck } from "./contract";

/** What of a check must not be seen: the values of its headers, of its body and of its login, as `redact` needs them. */
export function secretsOf({ headers, body, login }: ApiCheck): string[] {
  const values = [...Object.values(headers ?? {}), ...textsIn(body), ...Object.values(login?.fields ?? {})];
  return spelled(values, 3);
}

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
