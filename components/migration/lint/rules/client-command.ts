import type { Rule } from "../rule";

const commands =
  "source|system|tee|notee|pager|nopager|print|edit|ego|go|exit|quit|connect|status|charset|rehash|warnings|nowarning|clear|resetconnection|prompt|delimiter|sandbox";
const atBegin = new RegExp(`^(?:\\\\\\S|(?:${commands})(?=\\s|$))`, "i");

export const clientCommand: Rule = {
  id: "client-command",
  class: "client command",
  title: "is a command of the mysql client",
  why: "The client that a person types into knows it; the server, which gets the script's statements, doesn't. The statement behind it is sent together with it and lost.",
  instead: "Write out what the other file holds, or leave it out; only DELIMITER is understood.",
  bad: ["source other.sql\nSELECT 1;", "\\. other.sql", "system rm -rf /tmp/x", "\\! ls", "SELECT 1\\G", "tee /tmp/log\nSELECT 2;"],
  good: ["SELECT 'source other.sql', '\\\\G';", "SELECT source FROM pages;", "SET @a = 'it\\'s';"],
  ofEffect: (effect, _world, { text }) => {
    if (effect.is !== "other") return undefined;
    const [begin] = atBegin.exec(text) ?? [];
    if (begin !== undefined) return `begins with ${begin}, a command of the client`;
    const mark = effect.tokens.findIndex(({ kind, text: mark }) => kind === "mark" && mark === "\\");
    const letter = mark === -1 ? "" : (effect.tokens[mark + 1]?.text ?? "");
    return /^[gGpcq]$/.test(letter) ? `holds \\${letter}, a command of the client` : undefined;
  },
};
