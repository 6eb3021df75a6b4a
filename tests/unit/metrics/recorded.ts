import type { RecordedDeployment } from "../../../components/audit/deployments";
import { day } from "../../../components/metrics/metrics";

export const start = Date.parse("2026-11-01T00:00:00Z");
export const period = { from: start, to: start + 10 * day };

/** A deployment so many hours after the start. */
export const recorded = (hours: number, over: Partial<RecordedDeployment> = {}): RecordedDeployment => ({
  deployment: `d${hours}`,
  at: new Date(start + hours * 3600 * 1000).toISOString(),
  purpose: "deployment of stack production",
  operator: "ann@laptop",
  run: null,
  result: "done",
  steps: [],
  seconds: 60,
  wanted: null,
  release: "v8.1.0",
  commit: `c${hours}`,
  databaseVersion: "v8.1.0",
  ...over,
});
export const rollback = (hours: number, over: Partial<RecordedDeployment> = {}): RecordedDeployment =>
  recorded(hours, { purpose: "rollback of stack production", ...over });
