import { isOpen, type Report, severity } from "./report";

/** Workflow commands: GitHub shows them at their lines. What breaks or destroys is an error; what can't be read is a notice. */
export const asGithub = (report: Report): string =>
  report.found
    .filter(isOpen)
    .map(({ finding, path }) => {
      const level = severity(finding) === "note" ? "notice" : severity(finding);
      const place = `file=${property(path)},line=${finding.line},col=${finding.column},title=${property(`${finding.rule} (${finding.class})`)}`;
      return `::${level} ${place}::${data(`${finding.message}. ${finding.instead}`)}\n`;
    })
    .join("");

const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
