import { styleText } from "node:util";
import { counted } from "../../components/migration/chain";
import { isOpen, type Found, type Report } from "./report";

/** For people: what isn't accepted, one block each, and counts. Colours only on a terminal. */
export function asText(report: Report): string {
  const open = report.found.filter(isOpen);
  return [...open.map(block), summary(report, open)].join("\n");
}

function block({ finding, path, isHelper }: Found): string {
  const place = `${path}:${finding.line}:${finding.column}`;
  const lines = [
    `${bold(place)}${isHelper ? " (helper file)" : ""}  ${red(finding.rule)}  ${finding.class}`,
    `    ${finding.message}`,
    ...(finding.statement === "" ? [] : [dim(`    | ${finding.statement}`)]),
    `    ${finding.instead}`,
  ];
  return `${lines.join("\n")}\n`;
}

function summary({ found, scripts, statements }: Report, open: readonly Found[]): string {
  const accepted = found.length - open.length;
  const classes = [...new Set(open.map(({ finding }) => finding.class))];
  const counts = classes.map((one) => `${one}: ${open.filter(({ finding }) => finding.class === one).length}`);
  return (
    `${counted(scripts, "script")}, ${counted(statements, "statement")}: ${open.length === 0 ? "no finding" : counted(open.length, "finding")}` +
    `${counts.length === 0 ? "" : ` (${counts.join(", ")})`}${accepted === 0 ? "" : `, ${accepted} acknowledged`}\n`
  );
}

const bold = (text: string): string => styleText("bold", text, { stream: process.stdout });
const red = (text: string): string => styleText("red", text, { stream: process.stdout });
const dim = (text: string): string => styleText("dim", text, { stream: process.stdout });
