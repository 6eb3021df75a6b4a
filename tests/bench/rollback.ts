import { hostOf, type Lab } from "../../lab/lab";
import type { LabStack } from "../../lab/stack";
import { deploy, withLab } from "./lab";
import type { Figure } from "./main";
import { median, rounded } from "./median";

const rounds = 3;
const targetSeconds = 5;

/** From the command `selfhelp rollback` to users on the old code, under load, against a preview that only looks. */
export async function gradualRollback(): Promise<Figure> {
  return withLab("benchback", async (lab, stack) => {
    await deploy(stack, "v8.0.1");
    const found: (Way & { preview: number })[] = [];
    for (let round = 0; round < rounds; round++) {
      await deploy(stack, "v8.1.0");
      const { seconds: preview } = await stack.preview();
      found.push({ preview, ...(await goBack(lab, stack, "v8.0.1", ["--yes"])) });
    }
    return {
      ratio: rounded(median(found.map(({ seconds, preview }) => seconds / preview))),
      goal: rounded(targetSeconds / median(found.map(({ preview }) => preview))),
      secondsToOldCode: rounded(median(found.map(({ seconds }) => seconds))),
      targetSeconds,
      commandSeconds: rounded(median(found.map(({ command }) => command))),
      previewSeconds: rounded(median(found.map(({ preview }) => preview))),
      failedRequests: found.reduce((sum, { failed, unavailable }) => sum + failed + unavailable, 0),
      requests: found.reduce((sum, { answers }) => sum + answers, 0),
      rounds,
    };
  });
}

/**
 * From `selfhelp rollback --database` to users on the old code and the old database, from a release whose migration the old code can't live with, against
 * a preview that only looks. What users are answered in the window (503) is counted apart from what failed.
 */
export async function emergencyRollback(): Promise<Figure> {
  return withLab("benchemergency", async (lab, stack) => {
    await deploy(stack, "v8.1.0");
    const acknowledge = [{ rule: "rename-column", script: "41_update_v8.1.0_v8.2.0.sql", reason: "a benchmark" }];
    await stack.configure({ release: "v8.2.0-contract", acknowledge, strategy: "maintenance" });
    const up = await stack.up();
    if (up.exitCode !== 0) throw new Error(`the deployment failed: ${up.output}`);
    const { seconds: preview } = await stack.preview();
    const words = ["--database", "previous", "--release", "v8.1.0", "--yes"];
    const { output } = await stack.selfhelp("rollback", ...words);
    const [, since = ""] = /--i-lose-data-since (\S+)\. Nothing was changed/.exec(output) ?? [];
    const { seconds, command, failed, unavailable, answers } = await goBack(lab, stack, "v8.1.0", [...words, "--i-lose-data-since", since]);
    return {
      ratio: rounded(seconds / preview),
      goal: 8,
      secondsToOldCodeAndDatabase: rounded(seconds),
      commandSeconds: rounded(command),
      previewSeconds: rounded(preview),
      failedRequests: failed,
      answeredUnavailable: unavailable,
      requests: answers,
    };
  });
}

interface Way {
  /** From the command to the first answer of the old code. */
  seconds: number;
  command: number;
  /** Answers 503. */
  unavailable: number;
  /** Every other answer than 200, and none. */
  failed: number;
  answers: number;
}

async function goBack(lab: Lab, stack: LabStack, release: string, words: readonly string[]): Promise<Way> {
  const url = `http://${hostOf(lab, "web1").address}/cms-api/v1/health`;
  const started = performance.now();
  let [isRunning, seconds, failed, unavailable, answers] = [true, 0, 0, 0, 0];
  const ended = stack.selfhelp("rollback", ...words).finally(() => (isRunning = false));
  while (isRunning) {
    const { status, served } = await ask(url);
    answers++;
    if (status === 503) unavailable++;
    else if (status !== 200) failed++;
    else if (served === release && seconds === 0) seconds = (performance.now() - started) / 1000;
  }
  const { exitCode, output, seconds: command } = await ended;
  if (exitCode !== 0 || seconds === 0) throw new Error(`the rollback failed: ${output}`);
  return { seconds, command, failed, unavailable, answers };
}

async function ask(url: string): Promise<{ status: number; served?: string }> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    const { release } = (await answer.json()) as { release?: string };
    return { status: answer.status, served: release };
  } catch {
    return { status: 0 };
  }
}
