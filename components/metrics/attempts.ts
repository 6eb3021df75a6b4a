import type { RecordedDeployment } from "../audit/deployments";

/**
 * What became of an attempt: it came to its end and stayed, or users were taken back from it; it failed, or died in a step; or it is itself a way back, and
 * came to its end.
 */
export type Outcome = "stayed" | "taken back" | "failed" | "cut short" | "way back";

/** A run of a log that is counted; commands (a backup, a window) and corrections of single files are not. */
export interface Attempt {
  outcome: Outcome;
  /** Milliseconds since 1970. */
  began: number;
  ended: number;
  recorded: RecordedDeployment;
  /** What the one before it ended at; null: the log has none. */
  from: string | null;
  /** Whether it is the first that served its commit. */
  isFirst: boolean;
  /** From its end to the end of the way back that was the next thing done; null: it stayed. */
  recoverySeconds: number | null;
}

/** What of a log is counted, oldest first. */
export function attemptsOf(log: readonly RecordedDeployment[]): Attempt[] {
  const attempts: Attempt[] = [];
  const served = new Set<string>();
  let before: Attempt | undefined;
  for (const recorded of log) {
    const attempt = attemptOf(recorded, before, served);
    if (attempt === undefined) continue;
    attempts.push(attempt);
    if (!isDone(attempt)) continue;
    if (attempt.outcome === "way back" && before?.outcome === "stayed") takeBack(before, attempt);
    if (recorded.commit !== null) served.add(recorded.commit);
    before = attempt;
  }
  return attempts;
}

function attemptOf(recorded: RecordedDeployment, before: Attempt | undefined, served: ReadonlySet<string>): Attempt | undefined {
  const { purpose, result, at, seconds, commit } = recorded;
  const kind = /^(deployment|rollback) of stack /.exec(purpose)?.[1];
  const began = Date.parse(at);
  if (kind === undefined || result === "ended" || Number.isNaN(began)) return undefined;
  const done = kind === "rollback" ? "way back" : "stayed";
  return {
    outcome: result === "done" ? done : result,
    began,
    ended: began + seconds * 1000,
    recorded,
    from: before?.recorded.release ?? null,
    isFirst: commit !== null && !served.has(commit),
    recoverySeconds: null,
  };
}

function takeBack(deployment: Attempt, wayBack: Attempt): void {
  deployment.outcome = "taken back";
  deployment.recoverySeconds = (wayBack.ended - deployment.ended) / 1000;
}

/** Whether it came to its end. */
export const isDone = ({ outcome }: Attempt): boolean => outcome !== "failed" && outcome !== "cut short";

/** What is known of one stack's deployments. */
export interface StackHistory {
  stack: string;
  /** All that its log has, oldest first. */
  attempts: readonly Attempt[];
  /** When commits were made, in milliseconds since 1970; of as many as their repository tells. */
  committedAt: ReadonlyMap<string, number>;
}
