import { otherSlot } from "../../host/site";
import { hostOf, type Lab } from "../../lab/lab";
import { startLoad } from "../../lab/load";
import { around, figuresOf, type LoadFigures, type Window } from "../../lab/load-figures";
import { waitFor } from "../../lab/process";
import { SwitchHost } from "../lab/switch-host";
import { deployDescribed, setUpDescribed } from "./described";
import { deploy, withLab } from "./lab";
import type { Figure } from "./main";
import { rounded } from "./median";

const switches = 20;
/** The described script's pause before its last request; it makes no difference to users. */
const settleSeconds = 0;

/** Twenty switches under load: how long users wait then, against the time between them; and the same load across a whole deployment, ours and the described one. */
export async function switchFailedRequests(): Promise<Figure> {
  const { within, atRest } = await acrossSwitches();
  const ours = await withLab("benchloadours", async (lab, stack) => {
    await deploy(stack, "v8.0.0");
    return across(lab, () => deploy(stack, "v8.1.0"));
  });
  const described = await withLab("benchloaddescribed", async (lab) => {
    await setUpDescribed(lab);
    return across(lab, () => deployDescribed(lab, settleSeconds));
  });
  return { ratio: rounded(within.p99 / atRest.p99), goal: 2, switches, duringSwitches: within, atRest, deployment: { ours, described } };
}

async function acrossSwitches(): Promise<{ within: LoadFigures; atRest: LoadFigures }> {
  const host = await SwitchHost.start("benchload");
  try {
    const load = startLoad(host.address);
    const windows: Window[] = [];
    await answered(load.count, 1000); // a warm-up
    const warm = performance.now();
    for (let count = 0; count < switches; count++) {
      const { slot } = await host.served();
      const from = performance.now();
      await host.switchTo(otherSlot(slot));
      windows.push({ from, to: performance.now() });
      await answered(load.count, 200);
    }
    const { within, atRest } = around(
      (await load.stop()).filter(({ began }) => began >= warm),
      windows,
    );
    return { within: figuresOf(within), atRest: figuresOf(atRest) };
  } finally {
    await host.stop();
  }
}

const answered = (count: () => number, more: number): Promise<void> => {
  const wanted = count() + more;
  return waitFor(`${more} answers`, 60, () => Promise.resolve(count() >= wanted));
};

/** The load from before a deployment until after it. */
async function across(lab: Lab, deployment: () => Promise<number>): Promise<LoadFigures & { seconds: number }> {
  const load = startLoad(hostOf(lab, "web1").address);
  await answered(load.count, 500);
  const seconds = await deployment();
  await answered(load.count, 500);
  return { seconds: rounded(seconds), ...figuresOf(await load.stop()) };
}
