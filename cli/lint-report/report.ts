import type { Finding } from "../../components/migration/lint/lint";

/** A finding, and the file as it was named on the command line. */
export interface Found {
  finding: Finding;
  path: string;
  /** In a file without a number, which runs after each migration. */
  isHelper: boolean;
}

export interface Report {
  found: readonly Found[];
  scripts: number;
  statements: number;
}

export const joined = (reports: readonly Report[]): Report => ({
  found: reports.flatMap(({ found }) => found),
  scripts: reports.reduce((sum, { scripts }) => sum + scripts, 0),
  statements: reports.reduce((sum, { statements }) => sum + statements, 0),
});

/** Nobody has accepted it yet. */
export const isOpen = ({ finding }: Found): boolean => finding.acknowledged === undefined;

/** As far as a deployment is concerned: it shouldn't be done, it should be thought of, or nobody can tell. */
export function severity({ breaksOldCode, class: of }: Finding): "error" | "warning" | "note" {
  if (breaksOldCode || of === "destroys data" || of === "will fail") return "error";
  return of === "unreadable" ? "note" : "warning";
}
