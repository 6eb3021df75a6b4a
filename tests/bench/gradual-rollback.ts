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
    const found: { preview: number; back: number; command: number; failed: number; answers: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      await deploy(stack, "v8.1.0");
      const { seconds: preview } = await stack.preview();
      found.push({ preview, ...(await goBack(lab, stack)) });
    }
    return {
      ratio: rounded(median(found.map(({ back, preview }) => back / preview))),
      goal: rounded(targetSeconds / median(found.map(({ preview }) => preview))),
      secondsToOldCode: rounded(median(found.map(({ back }) => back))),
      targetSeconds,
      commandSeconds: rounded(median(found.map(({ command }) => command))),
      previewSeconds: rounded(median(found.map(({ preview }) => preview))),
      failedRequests: found.reduce((sum, { failed }) => sum + failed, 0),
      requests: found.reduce((sum, { answers }) => sum + answers, 0),
      rounds,
    };
  });
}

async function goBack(lab: Lab, stack: LabStack): Promise<{ back: number; command: number; failed: number; answers: number }> {
  const url = `http://${hostOf(lab, "web1").address}/cms-api/v1/health`;
  const started = performance.now();
  let [isRunning, back, failed, answers] = [true, 0, 0, 0];
  const command = stack.selfhelp("rollback", "--yes").finally(() => (isRunning = false));
  while (isRunning) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    const { release } = (await answer.json()) as { release?: string };
    answers++;
    if (answer.status !== 200) failed++;
    if (release === "v8.0.1" && back === 0) back = (performance.now() - started) / 1000;
  }
  const { exitCode, output, seconds } = await command;
  if (exitCode !== 0 || back === 0) throw new Error(`the rollback failed: ${output}`);
  return { back, command: seconds, failed, answers };
}
