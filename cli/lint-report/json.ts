import type { Report } from "./report";

/** For machines: every finding, accepted ones too. */
export function asJson({ found, scripts, statements }: Report): string {
  const findings = found.map(({ finding, path, isHelper }) => ({
    ...finding,
    path,
    helper: isHelper,
    acknowledged: finding.acknowledged ?? null,
  }));
  return `${JSON.stringify({ scripts, statements, findings }, null, 2)}\n`;
}
