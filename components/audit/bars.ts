import { durationText } from "../migration/durations";
import type { RecordedDeployment, RecordedStep } from "./deployments";

const width = 24;
const longestDetail = 90;

/**
 * The steps of a run, a line each: its name, a bar from where it began to where it ended within the run's time, how long it took, and what it did. Bars
 * below each other were at work one after the other, bars beside each other at the same time.
 */
export function barsOf({ steps, seconds }: Pick<RecordedDeployment, "steps" | "seconds">): string[] {
  const all = Math.max(seconds, ...steps.map(({ beganSeconds, seconds: took }) => beganSeconds + (took ?? 0)), 0.1);
  const longestName = Math.max(0, ...steps.map(({ step }) => step.length));
  return steps.map((step) => {
    const took = step.seconds === null ? "?" : durationText(step.seconds * 1000);
    return `${step.step.padEnd(longestName)}  ${barOf(step, all)}  ${took.padStart(9)}  ${saidOf(step)}`.trimEnd();
  });
}

function barOf({ beganSeconds, seconds }: RecordedStep, all: number): string {
  const length = Math.min(width, Math.max(1, Math.round(((seconds ?? 0) / all) * width)));
  const start = Math.min(width - length, Math.max(0, Math.floor((beganSeconds / all) * width)));
  return `${" ".repeat(start)}${"█".repeat(length)}`.padEnd(width);
}

function saidOf({ result, detail }: RecordedStep): string {
  const [line = ""] = detail.split("\n");
  const said = line.length > longestDetail ? `${line.slice(0, longestDetail)}…` : line;
  return result === "done" ? said : [result.toUpperCase(), said].filter((part) => part !== "").join(": ");
}
