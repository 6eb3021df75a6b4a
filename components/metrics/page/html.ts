/** Text that is HTML. */
export class Html {
  constructor(readonly text: string) {}
}

/** Everything but HTML is escaped where it is put in; lists are put in one behind the other, null is nothing. */
type Part = string | number | Html | null | readonly Part[];

/** HTML from a template: html`<td title="${any}">${any}</td>`. Attributes must be in double quotes. */
export const html = (texts: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(texts.map((text, index) => `${text}${rendered(parts[index] ?? null)}`).join(""));

function rendered(part: Part): string {
  if (part === null) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(rendered).join("");
  return String(part).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
