/** One box of the checklist before a deployment. */
export interface Box {
  /** "disk of slots on web1" */
  box: string;
  /** Unknown: it could not be told. */
  result: "ok" | "warning" | "failed" | "unknown";
  detail: string;
}

export type Judged = Omit<Box, "box">;

export const ok = (detail: string): Judged => ({ result: "ok", detail });
export const warning = (detail: string): Judged => ({ result: "warning", detail });
export const failed = (detail: string): Judged => ({ result: "failed", detail });
export const untold = (detail: string): Judged => ({ result: "unknown", detail });
