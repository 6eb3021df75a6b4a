import { createHash } from "node:crypto";
import type { Command } from "../../host/command";
import { allEnded } from "../../host/all-ended";
import type { Context, Handler, Inventory, Live } from "../../provider/handler";
import { readServing } from "../switch/read-slots";
import type { Serving } from "../switch/slots";
import { runBuild } from "./build";
import { releaseProblems } from "./check";
import { awaitIdle, discardFormer, fillSlot, markComplete, presentCandidate, refusals } from "./commands";
import type { ReleaseInputs, ReleaseState } from "./contract";
import { lacks } from "./elsewhere";
import { type BuildPlace, explained, refusal, wayBackInTheWay } from "./errors";
import { compared, isAlreadyBuilt, liveRelease, markerOf, planRelease, servedFrom } from "./plan";
import { transfer } from "./transfer";
import { refuseDevelopment } from "./vendor";

type LiveRelease = Live<ReleaseInputs, ReleaseState> & { serving: Serving };

/** How long a build waits for requests that its slot still answers: nginx gives up an answer after the same time. */
const drainSeconds = 60;

/** A release, built in the slot of one host that users are not served from. */
export const release: Handler<ReleaseInputs, ReleaseState> = {
  compared,
  check: releaseProblems,

  async read(wanted, _was, { inventory, warn }): Promise<LiveRelease> {
    const serving = await readServing(inventory.host(wanted.host), inventory.site);
    const live = { ...liveRelease(serving.slots, wanted, environmentDigest(inventory)), serving };
    // Where the repository can't be read, the transfer says so.
    if (!isAlreadyBuilt(live, wanted)) for (const text of await lacks(wanted).catch(() => [])) warn(text);
    return live;
  },

  plan: planRelease,

  async act(live: LiveRelease, wanted, context) {
    const planned = planRelease(live, wanted);
    const place: BuildPlace = { host: wanted.host, release: wanted.release, slot: planned.slot, servedFrom: servedFrom(live) };
    let { builtAt } = live.state;
    await explained(place, async () => {
      if (!isAlreadyBuilt(live, wanted)) {
        assertNotTheWayBack(live, place, context);
        await allEnded([
          transfer(wanted, context).then(() => context.progress(`waiting for the last requests to ${place.slot}`)),
          drain(place, context),
        ]);
        try {
          await fill(wanted, place, context);
          await runBuild(wanted, place, context);
        } catch (error) {
          await makeRoom(place, context);
          throw error;
        }
      }
      builtAt = await present(live, wanted, place, context);
    });
    return { ...planned, builtAt };
  },
};

const environmentDigest = ({ environment }: Inventory): string | null =>
  environment === undefined ? null : createHash("sha256").update(environment.reveal()).digest("hex");

/** What a switch that was cut short left in the other slot is the only release that is proven. */
function assertNotTheWayBack({ serving: { switchingFrom } }: LiveRelease, place: BuildPlace, { inventory }: Context): void {
  if (switchingFrom !== undefined && switchingFrom === inventory.site.slot[place.slot]) throw wayBackInTheWay(place);
}

/** Users were switched away from this slot; requests that they began before end well. */
async function drain({ host, slot }: BuildPlace, { inventory, signal, warn }: Context): Promise<void> {
  const { stdout } = await inventory.host(host).run(awaitIdle(inventory.site, slot, drainSeconds), {
    as: "root",
    purpose: `waiting for the last requests to ${slot}`,
    timeoutSeconds: drainSeconds + 30,
    signal,
  });
  if (stdout.trim() !== "idle")
    warn(`host "${host}": ${stdout.trim()} requests to ${slot} that had not ended after ${drainSeconds} s were cut off`);
}

async function fill(wanted: ReleaseInputs, { slot, ...place }: BuildPlace, context: Context): Promise<void> {
  const { inventory, signal } = context;
  context.progress(`filling ${slot}`);
  const { exitCode, stdout } = await inventory.host(wanted.host).run(fillSlot(inventory.site, slot, wanted), {
    as: "root",
    purpose: `filling of ${slot} with ${wanted.release}`,
    timeoutSeconds: 600,
    expectedExitCodes: [0, ...Object.values(refusals)],
    stdin: inventory.environment,
    signal,
  });
  if (exitCode !== 0) throw refusal(exitCode, stdout.trim(), { slot, ...place }, inventory.site);
}

/** What stood in the slot before a fill or build that failed is of no more use. */
async function makeRoom({ host, slot }: BuildPlace, { inventory }: Context): Promise<void> {
  const limits = { as: "root", purpose: `removal of what ${slot} held before`, timeoutSeconds: 30 };
  await inventory
    .host(host)
    .run(discardFormer(inventory.site, slot), limits)
    .catch(() => undefined);
}

/** Without packages that composer installs for development only. @returns when the release was built @throws ReleaseFailed */
async function present(
  live: Live<ReleaseInputs, ReleaseState>,
  wanted: ReleaseInputs,
  place: BuildPlace,
  context: Context,
): Promise<string | null> {
  const { inventory, signal } = context;
  const { slot } = place;
  context.progress(`starting php-fpm of ${slot}`);
  const marker = isAlreadyBuilt(live, wanted) ? null : markerOf(wanted, new Date());
  const steps: Command[] = marker === null ? [] : [refuseDevelopment(inventory.site.slot[slot])];
  steps.push(presentCandidate(inventory.site, slot, marker === null ? "as it was" : "filled"));
  if (marker !== null) steps.push(markComplete(inventory.site, slot, marker), discardFormer(inventory.site, slot));
  const purpose = `start of ${wanted.release} in ${slot}`;
  const limits = { as: "root", purpose, timeoutSeconds: 120, expectedExitCodes: [0, refusals.developmentInstalled], signal };
  const { exitCode, stdout } = await inventory.host(wanted.host).run({ all: steps }, limits);
  if (exitCode !== 0) throw refusal(exitCode, stdout.trim(), place, inventory.site);
  return marker?.builtAt ?? live.state.builtAt;
}
