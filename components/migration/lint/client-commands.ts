import type { Token } from "../sql/tokens";

const commands =
  "source|system|tee|notee|pager|nopager|print|edit|ego|go|exit|quit|connect|status|charset|rehash|warnings|nowarning|clear|resetconnection|prompt|delimiter|sandbox";
const atBegin = new RegExp(`^(?:\\\\\\S|(?:${commands})(?=\\s|$))`, "i");

/** What of a statement the mysql client would have taken for a command of its own; the server doesn't know it. */
export function clientCommandIn(text: string, tokens: readonly Token[]): string | undefined {
  const [begin] = atBegin.exec(text) ?? [];
  if (begin !== undefined) return `begins with ${begin}, a command of the client`;
  const mark = tokens.findIndex(({ kind, text: one }) => kind === "mark" && one === "\\");
  const letter = mark === -1 ? "" : (tokens[mark + 1]?.text ?? "");
  return /^[gGpcq]$/.test(letter) ? `holds \\${letter}, a command of the client` : undefined;
}
