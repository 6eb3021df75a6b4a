import type { AuditLine, Goal } from "./contract";

/** One run that held the lock, put together from its lines. */
export interface RecordedDeployment {
  deployment: string;
  /** ISO 8601. */
  at: string;
  purpose: string;
  operator: string;
  /** Address of its CI run; null: none. */
  run: string | null;
  /** Done: to its very end. Ended: nothing failed, but it had no end of its own (a command, or a last step alone). Cut short: it died in a step. */
  result: "done" | "failed" | "cut short" | "ended";
  steps: RecordedStep[];
  /** From its first to its last line. */
  seconds: number;
  /** What it was to bring about; null: it was a command, or an earlier release of this tool didn't say. */
  wanted: Goal | null;
  /** What it ended at; null: it did not. */
  release: string | null;
  commit: string | null;
  databaseVersion: string | null;
}

export interface RecordedStep {
  step: string;
  result: "done" | "failed" | "cut short";
  /** What it changed, or why it failed and what was taken back then. */
  detail: string;
  /** From the run's first line to its own. */
  beganSeconds: number;
  /** null: nobody knows. */
  seconds: number | null;
}

/** Deployments of a log, oldest first. */
export function deploymentsOf(lines: readonly AuditLine[]): RecordedDeployment[] {
  const byId = new Map<string, AuditLine[]>();
  for (const line of lines) {
    const own = byId.get(line.deployment);
    if (own === undefined) byId.set(line.deployment, [line]);
    else own.push(line);
  }
  return [...byId.values()].map(deploymentOf);
}

function deploymentOf(lines: AuditLine[]): RecordedDeployment {
  const [first, last] = [lines[0] as AuditLine, lines.at(-1) as AuditLine];
  const begun = lines.find((line) => line.event === "begun");
  const done = lines.find((line) => line.event === "done");
  const preflight = lines.find((line) => line.event === "confirmed" || line.event === "preflight passed");
  const began = Date.parse(first.at);
  const steps = stepsOf(lines, began);
  return {
    deployment: first.deployment,
    at: first.at,
    purpose: begun?.purpose ?? (preflight === undefined ? "unknown" : `pre-flight of commit ${preflight.commit.slice(0, 8)}`),
    operator: (begun ?? preflight)?.operator ?? "unknown",
    run: begun?.run ?? null,
    result: resultOf(steps, done !== undefined),
    steps,
    seconds: secondsSince(began, last.at),
    wanted: begun?.wanted ?? null,
    release: done?.release ?? null,
    commit: done?.commit ?? null,
    databaseVersion: done?.databaseVersion ?? null,
  };
}

function resultOf(steps: readonly RecordedStep[], isDone: boolean): RecordedDeployment["result"] {
  for (const result of ["failed", "cut short"] as const) if (steps.some((step) => step.result === result)) return result;
  return isDone ? "done" : "ended";
}

function stepsOf(lines: readonly AuditLine[], began: number): RecordedStep[] {
  const steps = new Map<string, RecordedStep>();
  for (const line of lines) {
    if (!("step" in line)) continue;
    const { step } = line;
    const beganSeconds = steps.get(step)?.beganSeconds ?? secondsSince(began, line.at);
    if (line.event === "step begun") steps.set(step, { step, result: "cut short", detail: "", beganSeconds, seconds: null });
    if (line.event === "step done") steps.set(step, { step, result: "done", detail: line.change, beganSeconds, seconds: line.seconds });
    if (line.event === "step failed") {
      const detail = [line.reason, ...line.takenBack].join("\n");
      steps.set(step, { step, result: "failed", detail, beganSeconds, seconds: line.seconds });
    }
  }
  return [...steps.values()];
}

const secondsSince = (began: number, at: string): number => Math.round((Date.parse(at) - began) / 100) / 10;
