import type { CheckResult, Limit } from "./contract";

type Judged = Pick<CheckResult, "result" | "detail">;

/** Whether a value keeps to a limit: "91 % in use (limit: 90)" */
export function judged(value: number, { warn, fail }: Limit, detail: string, worse: "above" | "below" = "above"): Judged {
  const reaches = (limit: number | false): limit is number => limit !== false && (worse === "above" ? value >= limit : value <= limit);
  const passed = reaches(fail) ? fail : reaches(warn) ? warn : undefined;
  if (passed === undefined) return { result: "passed", detail };
  return { result: reaches(fail) ? "failed" : "warning", detail: `${detail} (limit: ${passed})` };
}

export const isOff = ({ warn, fail }: Limit): boolean => warn === false && fail === false;
