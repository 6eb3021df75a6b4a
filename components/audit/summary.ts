import { durationText } from "../migration/durations";
import { barsOf } from "./bars";
import type { RecordInputs } from "./contract";
import type { RecordedDeployment } from "./deployments";

/** What a deployment that came to its end says last: what is live, how long each step took, what to type next. */
export function summaryOf(run: RecordedDeployment, { release, commit, databaseVersion }: Omit<RecordInputs, "after">): string {
  const steps = run.steps.filter(({ result }) => result === "done");
  return [
    `${release} ${commit.slice(0, 8)} is live, the database is at ${databaseVersion}; it took ${durationText(run.seconds * 1000)}`,
    ...barsOf({ ...run, steps }).map((line) => `  ${line}`),
    "next: `selfhelp status` shows what is live; `selfhelp rollback` goes back to the release before",
  ].join("\n");
}

/** What a step says that was at work once the deployment had come to its end, and so is in no summary. */
export function doneAfter(run: RecordedDeployment, step: string): string {
  const bars = barsOf({ ...run, steps: run.steps.filter((one) => one.step === step) });
  return [`after the deployment's end, ${durationText(run.seconds * 1000)} from its beginning:`, ...bars.map((line) => `  ${line}`)].join(
    "\n",
  );
}

/** What one that failed had done before, in a line; nothing when it had done nothing. */
export function doneBefore(run: RecordedDeployment | undefined): string | undefined {
  const done = (run?.steps ?? []).filter(({ result }) => result === "done");
  if (run === undefined || done.length === 0) return undefined;
  const told = done.map(({ step, seconds: took }) => `${step} ${durationText((took ?? 0) * 1000)}`);
  return `done before it failed, after ${durationText(run.seconds * 1000)}: ${told.join(", ")}`;
}
