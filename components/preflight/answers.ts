import type { AuditLine } from "../audit/contract";

/** When a pre-flight of a commit passed last, ISO 8601; null: never. */
export const passedAt = (log: readonly AuditLine[], commit: string): string | null =>
  log.findLast((line) => line.event === "preflight passed" && line.commit === commit)?.at ?? null;

/** Who said of a commit that a box is ticked; undefined: nobody yet. */
export function confirmation(log: readonly AuditLine[], commit: string, box: string): { operator: string; at: string } | undefined {
  const line = log.findLast((one) => one.event === "confirmed" && one.commit === commit && one.box === box);
  return line?.event === "confirmed" ? { operator: line.operator, at: line.at } : undefined;
}
