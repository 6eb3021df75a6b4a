import type { LabStack } from "../../lab/stack";
import { deploy, withLab } from "./lab";
import type { Figure } from "./main";
import { median, rounded } from "./median";

const rounds = 7;
const webHosts = ["web2", "web3", "web4"].map((name) => ({ name, role: "web" as const }));

/** `selfhelp status` of four hosts against one: the same labs, asked in turns. */
export const status = (): Promise<Figure> =>
  withLab("benchstatusone", async (_lab, one) => {
    await deploy(one, "v8.0.0");
    return withLab(
      "benchstatusfour",
      async (_four, four) => {
        await deploy(four, "v8.0.0");
        return compared(one, four);
      },
      [{ name: "web1" }, ...webHosts],
    );
  });

async function compared(one: LabStack, four: LabStack): Promise<Figure> {
  await Promise.all([look(one), look(four)]); // the first one may have to bundle
  const pairs: { one: number; four: number }[] = [];
  for (let round = 0; round < rounds; round++) pairs.push({ one: await look(one), four: await look(four) });
  return {
    ratio: rounded(median(pairs.map((pair) => pair.four / pair.one))),
    goal: 1.5,
    oneSeconds: rounded(median(pairs.map((pair) => pair.one))),
    fourSeconds: rounded(median(pairs.map((pair) => pair.four))),
    rounds,
  };
}

async function look(stack: LabStack): Promise<number> {
  const { output, exitCode, seconds } = await stack.selfhelp("status");
  // 1: something of it is to be looked at, such as the load of a machine that carries five hosts.
  if (exitCode > 1 || !output.includes("drift        none")) throw new Error(`selfhelp status failed: ${output}`);
  return seconds;
}
