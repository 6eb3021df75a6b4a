import { plainJson } from "../../host/plain";
import type { Report } from "./report";

/** For machines: every finding, accepted ones too. */
export function asJson({ found, scripts, statements }: Report): string {
  const findings = found.map(({ finding, path, isHelper }) => ({
    ...finding,
    path,
    helper: isHelper,
    acknowledged: finding.acknowledged ?? null,
  }));
  return `${plainJson({ scripts, statements, findings })}\n`;
}
