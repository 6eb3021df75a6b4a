import { deploy, withLab } from "./lab";
import type { Figure } from "./main";
import { median, rounded } from "./median";

const rounds = 3;
/** What is measured is the deployment, not four hosts that build on one machine's processors. */
const withoutBuild = { build: ["cp -a /var/www/selfhelp-current/vendor ."] };

const fleets = {
  one: [{ name: "web1" }],
  four: [{ name: "web1" }, ...["web2", "web3", "web4"].map((name) => ({ name, role: "web" as const }))],
};

/** The second deployment to four hosts against the same to one host, each on fresh hosts: backup, rehearsal, migration and checks included. */
export async function fleet(): Promise<Figure> {
  const pairs: { one: number; four: number }[] = [];
  for (let round = 0; round < rounds; round++) pairs.push({ one: await secondDeployment("one"), four: await secondDeployment("four") });
  return {
    ratio: rounded(median(pairs.map(({ one, four }) => four / one))),
    goal: 1.5,
    oneSeconds: rounded(median(pairs.map(({ one }) => one))),
    fourSeconds: rounded(median(pairs.map(({ four }) => four))),
    rounds,
  };
}

const secondDeployment = (size: keyof typeof fleets): Promise<number> =>
  withLab(
    `benchfleet${size}`,
    async (_lab, stack) => {
      await deploy(stack, "v8.0.1");
      return deploy(stack, "v8.1.0", withoutBuild);
    },
    fleets[size],
  );
