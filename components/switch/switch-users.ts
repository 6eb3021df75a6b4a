import type { Command } from "../../host/command";
import { CommandFailed, HostUnreachable, textOf } from "../../host/errors";
import type { Host, RunOptions } from "../../host/host";
import type { Site, Slot } from "../../host/site";
import type { SlotsState } from "../release/contract";
import { askOverHost } from "../validation/http";
import { forgetSwitch, logsSince, markSwitching, pointCurrentAt, unmarkSwitching } from "./commands";
import type { Switching } from "./contract";
import { endpoints } from "./endpoints";
import { NotSwitched, SwitchedBack, SwitchUncertain } from "./errors";
import { activeRelease, type Serving } from "./slots";
import { servedBefore } from "./way-back";

export interface UserSwitch {
  before: Serving;
  slot: Slot;
  wanted: Switching;
  progress: (text: string) => void;
}

/**
 * Switches, then asks through the live vhost; takes users back when that fails.
 * @throws NotSwitched, SwitchedBack, SwitchUncertain
 */
export async function switchUsers(host: Host, site: Site, { before, slot, wanted, progress }: UserSwitch): Promise<void> {
  progress(`switching users to ${slot}`);
  const renamed = await rename(host, site, { before, slot, wanted });
  const failure = "failure" in renamed ? renamed.failure : await firstFailure(host, wanted, progress);
  // Where the mark stays, the next up asks once more.
  if (failure === undefined) return tidy(host, unmarkSwitching(site), slot);
  progress(`${failure}: switching back`);
  const { now, isServing } = await returnUsers(host, site, before, wanted).catch((error: unknown) => {
    throw new SwitchUncertain(host.name, wanted.release, slot, failure, textOf(error), servedBefore(site, before.slots).typed);
  });
  const failed = renamed.since === undefined ? "renamed" : "asked";
  throw new SwitchedBack(
    host.name,
    wanted.release,
    slot,
    failure,
    failed,
    now,
    isServing,
    await lastLines(host, site, slot, renamed.since),
  );
}

/** @returns whom users are served by now, and whether that answers as it should @throws Error when they could not be switched back */
export async function returnUsers(
  host: Host,
  site: Site,
  { slots }: Serving,
  wanted: Switching,
): Promise<{ now: string; isServing: boolean }> {
  await host.run(servedBefore(site, slots).command, { as: "root", purpose: "switch back", timeoutSeconds: 30 });
  const served = whatIsServed(slots);
  if (served === undefined) return { now: "There was no release before, so users are answered 503, as before.", isServing: false };
  const still = await failureOf(host, wanted);
  const answers = still === undefined ? "and it answers as it should" : `but it does not answer as it should either (${still})`;
  return { now: `Users are on ${served} again, ${answers}.`, isServing: still === undefined };
}

/** What is wrong with what users are served; undefined: nothing. */
export async function failureOf(host: Host, { probe, inWindow }: Switching): Promise<string | undefined> {
  try {
    const { check, result, detail } = await askOverHost(host, inWindow ? endpoints.pastMaintenance : endpoints.users, probe);
    return result === "passed" ? undefined : `${check}: ${detail}`;
  } catch (error) {
    return `${probe.name}: could not be asked: ${textOf(error)}`;
  }
}

/** @throws NotSwitched when nothing was renamed; a lost connection leaves that open, and counts as a failure after the switch */
async function rename(
  host: Host,
  site: Site,
  { before, slot, wanted }: Omit<UserSwitch, "progress">,
): Promise<{ since: string } | { since: undefined; failure: string }> {
  try {
    const { stdout } = await host.run(
      { all: [markSwitching(site, servedBefore(site, before.slots).target), pointCurrentAt(site, site.slot[slot])] },
      limitsOf(slot),
    );
    return { since: stdout.trim() };
  } catch (error) {
    const isUnreachable = error instanceof HostUnreachable;
    if (isUnreachable || (error instanceof CommandFailed && error.ending === "exited")) {
      // A mark of an earlier switch that was cut short is still true.
      if (!isUnreachable && before.switchingFrom === undefined) await tidy(host, forgetSwitch(site), slot);
      throw new NotSwitched(host.name, wanted.release, slot, error.message, servedNow(before), !isUnreachable);
    }
    return { since: undefined, failure: textOf(error) };
  }
}

/** What happens to what a switch left behind does not matter to its users. */
async function tidy(host: Host, command: Command, slot: Slot): Promise<void> {
  await host.run(command, limitsOf(slot)).catch(() => undefined);
}

const limitsOf = (slot: Slot): RunOptions => ({ as: "root", purpose: `switch to ${slot}`, timeoutSeconds: 30 });

function servedNow({ slots, switchingFrom }: Serving): string {
  if (switchingFrom !== undefined) return "where they were before this run, which has not been proven yet";
  const served = whatIsServed(slots);
  return served === undefined ? "not served anything yet" : `on ${served}`;
}

/** undefined: nothing. */
function whatIsServed(slots: SlotsState): string | undefined {
  if (slots.active !== null) return `${activeRelease(slots)} in ${slots.active}`;
  return slots.foreignTarget === null ? undefined : `what they were served before (${slots.foreignTarget})`;
}

async function firstFailure(host: Host, wanted: Switching, progress: (text: string) => void): Promise<string | undefined> {
  for (let count = 1; count <= wanted.probes; count++) {
    progress(`probe ${count}/${wanted.probes}`);
    const failure = await failureOf(host, wanted);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

/** Never hides the failure that it is to explain. */
async function lastLines(host: Host, site: Site, slot: Slot, since: string | undefined): Promise<string[]> {
  if (since === undefined) return [];
  try {
    const { stdout } = await host.run(logsSince(site, slot, since), { as: "root", purpose: "reading the logs", timeoutSeconds: 20 });
    const lines = stdout.split("\n").map((line) => line.replace(/\p{Cc}/gu, " ").trimEnd());
    return lines.filter((line) => line !== "").slice(-40);
  } catch (error) {
    return [`the logs could not be read: ${textOf(error)}`];
  }
}
