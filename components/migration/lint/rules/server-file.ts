import { mentions } from "../../sql/cursor";
import type { Rule } from "../rule";

export const serverFile: Rule = {
  id: "server-file",
  class: "privileges",
  title: "reads or writes a file on the server",
  why: "It needs the FILE right and a file that is on one host only; the rehearsal and the next installation don't have it.",
  instead: "INSERT the rows.",
  bad: ["LOAD DATA LOCAL INFILE '/tmp/a.csv' INTO TABLE pages;", "SELECT * FROM pages INTO OUTFILE '/tmp/a.csv';"],
  good: ["INSERT IGNORE INTO pages (url) VALUES ('INTO OUTFILE');"],
  ofEffect: (effect) => {
    if (effect.is !== "other") return undefined;
    if (effect.first === "LOAD") return "reads a file";
    return mentions(effect.tokens, "INTO", "OUTFILE") || mentions(effect.tokens, "INTO", "DUMPFILE") ? "writes a file" : undefined;
  },
};
