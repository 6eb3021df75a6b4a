const hidden = "[hidden]";

/** Takes out of a text what must not be seen. Whoever cuts a text does this first: half a secret is no longer found. */
export type Hide = (text: string) => string;

/** A line of a longer secret that is shorter than this stands in too many texts for other reasons. */
const shortestLine = 6;

/** A text without what must not be seen. @param secrets as `spelled` returns them */
export const redact = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((kept, secret) => kept.replaceAll(secret, hidden), text);

/**
 * Each value in every way that JSON, a form or a page spells it, and each of its lines, since outputs are cut into lines; longest first. What is shorter than
 * `shortest` is no secret, and would make texts unreadable.
 */
export function spelled(values: readonly string[], shortest: number): string[] {
  const all = new Set([...values, ...values.flatMap(linesOf)].flatMap(spellings));
  return [...all].filter(({ length }) => length >= shortest).sort((one, other) => other.length - one.length);
}

const linesOf = (value: string): string[] =>
  value.includes("\n") ? value.split(/\s*\n\s*/).filter(({ length }) => length >= shortestLine) : [];

function spellings(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  return [value, json, json.replaceAll("/", "\\/"), html, encodeURIComponent(value)];
}
