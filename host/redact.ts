const hidden = "[hidden]";

/** A text without what must not be seen. @param secrets as `spelled` returns them */
export const redact = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((kept, secret) => kept.replaceAll(secret, hidden), text);

/** Each value in every way that JSON, a form or a page spells it; longest first. What is shorter than `shortest` is no secret, and would make texts unreadable. */
export function spelled(values: readonly string[], shortest: number): string[] {
  const all = new Set(values.flatMap(spellings));
  return [...all].filter(({ length }) => length >= shortest).sort((one, other) => other.length - one.length);
}

function spellings(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  return [value, json, json.replaceAll("/", "\\/"), html, encodeURIComponent(value)];
}
