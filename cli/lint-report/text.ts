import { styleText } from "node:util";
import { counted } from "../../components/migration/chain";
import { isOpen, type Found, type Report } from "./report";

/** For people: what isn't accepted, one block each, a line each of the rest where it is asked for, and counts. Colours only on a terminal. */
export function asText(report: Report, { showAccepted }: { showAccepted: boolean }): string {
  const open = report.found.filter(isOpen);
  const accepted = showAccepted ? report.found.filter((found) => !isOpen(found)) : [];
  return [...open.map(block), ...(accepted.length === 0 ? [] : [accepted.map(line).join("")]), summary(report, open)].join("\n");
}

const line = ({ finding, path }: Found): string =>
  `${path}:${finding.line}:${finding.column}  ${finding.rule}  ${finding.message}; acknowledged: ${finding.acknowledged}\n`;

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
