import { hostOf, type Lab } from "../../lab/lab";
import { type Rates, startLoad } from "../../lab/load";
import type { LabStack } from "../../lab/stack";
import { deploy, withLab } from "./lab";
import type { Figure } from "./main";
import { median, rounded } from "./median";

const rounds = 3;
const targetSeconds = 5;
/** The hosts share the processors with the deployer here: users that keep them busy would be timed, not the way back. */
const rates: Rates = { kept: 20, fresh: 10, slow: 0, upload: 0 };

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
  const load = startLoad(hostOf(lab, "web1").address, rates);
  const started = performance.now();
  const { exitCode, output, seconds: command } = await stack.selfhelp("rollback", ...words);
  const samples = await load.stop();
  const gone = samples.filter(({ releases }) => releases.length === 1 && releases[0] === release).map(({ ended }) => ended);
  if (exitCode !== 0 || gone.length === 0) throw new Error(`the rollback failed: ${output}`);
  const failures = samples.filter(({ failure }) => failure !== undefined);
  const unavailable = failures.filter(({ failure }) => failure?.endsWith("answered 503")).length;
  return {
    seconds: (Math.min(...gone) - started) / 1000,
    ...{ command, unavailable, failed: failures.length - unavailable, answers: samples.length },
  };
}
