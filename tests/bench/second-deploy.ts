import { deployDescribed, setUpDescribed } from "./described";
import { deploy, withLab } from "./lab";
import type { Figure } from "./main";
import { median, rounded } from "./median";

const rounds = 3;
/** What the described script sleeps before its last request. */
const describedPause = 5;

/** v8.0.0 to v8.1.0 on a fresh host each time: `pulumi up` on the deployer against the described script on the host. */
export async function secondDeploy(): Promise<Figure> {
  const pairs: { ours: number; described: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const ours = await withLab("benchours", async (_lab, stack) => {
      await deploy(stack, "v8.0.0");
      return deploy(stack, "v8.1.0");
    });
    const described = await withLab("benchdescribed", async (lab) => {
      await setUpDescribed(lab);
      return deployDescribed(lab, describedPause);
    });
    pairs.push({ ours, described });
  }
  return {
    ratio: rounded(median(pairs.map((pair) => pair.ours / pair.described))),
    goal: 0.7,
    ratioWithoutItsPause: rounded(median(pairs.map((pair) => pair.ours / (pair.described - describedPause)))),
    ourSeconds: rounded(median(pairs.map((pair) => pair.ours))),
    describedSeconds: rounded(median(pairs.map((pair) => pair.described))),
    rounds,
  };
}
