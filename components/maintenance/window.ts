/** Content of the maintenance file when this tool wrote it. */
export interface WindowRecord {
  /** ISO 8601, UTC. */
  openedAt: string;
  /** "alice@laptop" */
  operator: string;
}

/** What a host's maintenance file says: a window of this tool, one that somebody made by hand, or none. */
export type Window = WindowRecord | "by hand" | "none";

/** @param printed as `readWindow` printed it */
export function parseWindow(printed: string): Window {
  if (printed.trim() === "closed") return "none";
  try {
    const { openedAt, operator } = JSON.parse(printed) as Partial<WindowRecord>;
    if (typeof openedAt === "string" && !Number.isNaN(Date.parse(openedAt)) && typeof operator === "string") return { openedAt, operator };
  } catch {
    // Somebody's own text.
  }
  return "by hand";
}

export const isOurs = (window: Window): window is WindowRecord => typeof window === "object";
