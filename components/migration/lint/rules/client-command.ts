import { clientCommandIn } from "../client-commands";
import type { Rule } from "../rule";

export const clientCommand: Rule = {
  id: "client-command",
  class: "client command",
  title: "is a command of the mysql client",
  why: "The client that a person types into knows it; the server, which gets the script's statements, doesn't. The statement behind it is sent together with it and lost.",
  instead: "Write out what the other file holds, or leave it out; only DELIMITER is understood.",
  bad: ["source other.sql\nSELECT 1;", "\\. other.sql", "system rm -rf /tmp/x", "\\! ls", "SELECT 1\\G", "tee /tmp/log\nSELECT 2;"],
  good: ["SELECT 'source other.sql', '\\\\G';", "SELECT source FROM pages;", "SET @a = 'it\\'s';"],
  ofEffect: (effect, _world, { text }) => (effect.is === "other" ? clientCommandIn(text, effect.tokens) : undefined),
};
