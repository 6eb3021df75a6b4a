import { isOpen, type Report } from "./report";

/** Workflow commands: GitHub shows them at their lines. What breaks or destroys is an error, the rest a warning. */
export const asGithub = (report: Report): string =>
  report.found
    .filter(isOpen)
    .map(({ finding, path }) => {
      const level = finding.breaksOldCode || finding.class === "destroys data" ? "error" : "warning";
      const place = `file=${property(path)},line=${finding.line},col=${finding.column},title=${property(`${finding.rule} (${finding.class})`)}`;
      return `::${level} ${place}::${data(`${finding.message}. ${finding.instead}`)}\n`;
    })
    .join("");

const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
