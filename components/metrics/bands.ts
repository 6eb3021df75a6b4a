import type { Metrics } from "./metrics";

/** As the "Accelerate State of DevOps Report 2023" of DORA (dora.dev) calls its four groups; what is worse than "medium" is "low". */
export type Band = "elite" | "high" | "medium" | "low";

const hour = 3600;
const day = 24 * hour;
const week = 7 * day;
const month = 30 * day;

export interface Scale {
  measure: keyof Metrics;
  /** The worst value that is still in this band. */
  elite: number;
  high: number;
  medium: number;
  isBetter: "more" | "less";
}

/** The report's own numbers; "on demand" for the elite's frequency is read as once a day. */
export const scales: readonly Scale[] = [
  { measure: "deploymentsPerDay", elite: 1, high: 1 / 7, medium: 1 / 30, isBetter: "more" },
  { measure: "leadSeconds", elite: day, high: week, medium: month, isBetter: "less" },
  { measure: "changeFailureRate", elite: 0.05, high: 0.1, medium: 0.15, isBetter: "less" },
  { measure: "recoverySeconds", elite: hour, high: day, medium: week, isBetter: "less" },
];

/** The band of a measure that has one and is known. */
export function bandOf(measure: keyof Metrics, metrics: Metrics): Band | null {
  const scale = scales.find((one) => one.measure === measure);
  const value = metrics[measure];
  if (scale === undefined || value === null) return null;
  const reaches = (limit: number): boolean => (scale.isBetter === "more" ? value >= limit : value <= limit);
  return (["elite", "high", "medium"] as const).find((band) => reaches(scale[band])) ?? "low";
}
