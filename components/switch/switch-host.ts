import { DeploymentError, textOf } from "../../host/errors";
import type { Host } from "../../host/host";
import type { Site } from "../../host/site";
import type { Hook, Hooks } from "../rollout/contract";
import { AdmitFailed, DrainFailed } from "../rollout/errors";
import { typed } from "../rollout/hooks";
import { failureOfHook } from "../rollout/run-hook";
import { NotSwitched, SwitchedBack } from "./errors";
import type { Serving } from "./slots";
import { returnUsers, switchUsers, type UserSwitch } from "./switch-users";
import { servedBefore } from "./way-back";

export interface HostSwitch extends UserSwitch {
  hooks: Hooks;
}

/**
 * One host while the load balancer sends it no users, where that can be told: drain, switch, admit. A host that served nothing is only admitted.
 * @throws DeploymentError when it failed; it is then on what it served before, or the error says why not
 */
export async function switchHost(host: Host, site: Site, { hooks, ...users }: HostSwitch): Promise<void> {
  const { before, wanted, progress } = users;
  const drain = servesAnything(site, before) ? hooks.drain : undefined;
  if (drain !== undefined) await drainHost(host, drain, hooks, progress);
  try {
    await switchUsers(host, site, users);
  } catch (error) {
    throw drain === undefined || hooks.admit === undefined ? error : await admittedAfter(error as Error, hooks.admit);
  }
  if (hooks.admit === undefined) return;
  progress("admitting it");
  const failure = await failureOfHook(hooks.admit);
  if (failure === undefined) return;
  const now = await returned(host, site, users);
  throw new AdmitFailed(host.name, wanted.release, failure, now, typed(hooks.admit));
}

/**
 * Takes a host back that was switched and admitted. One that served nothing before is drained first: it will answer 503.
 * @returns what is true of it now; never throws
 */
export async function takeHostBack(host: Host, site: Site, { hooks, ...users }: HostSwitch): Promise<string> {
  const isDrained = !servesAnything(site, users.before) && hooks.drain !== undefined;
  const failure = isDrained ? await failureOfHook(hooks.drain as Hook) : undefined;
  const now = await returned(host, site, users);
  return failure === undefined ? now : `${now} The load balancer may still send users to it: drain failed (${failure}).`;
}

const servesAnything = (site: Site, { slots }: Serving): boolean => servedBefore(site, slots).target !== null;

async function drainHost(host: Host, drain: Hook, { admit }: Hooks, progress: (text: string) => void): Promise<void> {
  progress("draining it");
  const failure = await failureOfHook(drain);
  if (failure !== undefined) throw new DrainFailed(host.name, failure, admit && typed(admit));
}

/** A host that serves as before gets its users again; any other one stays drained. */
async function admittedAfter(error: Error, admit: Hook): Promise<Error> {
  const isServing = (error instanceof SwitchedBack || error instanceof NotSwitched) && error.isServing;
  const failure = isServing ? await failureOfHook(admit) : "it does not serve what it should";
  const said =
    failure === undefined
      ? "The load balancer was told to send it users again."
      : `The load balancer was not told to send it users again: ${failure}. When it should, type: ${typed(admit)}`;
  return new DeploymentError(`${error.message}\n${said}`);
}

async function returned(host: Host, site: Site, { before, wanted }: UserSwitch): Promise<string> {
  try {
    return (await returnUsers(host, site, before, wanted)).now;
  } catch (error) {
    const reason = textOf(error);
    const { typed: command } = servedBefore(site, before.slots);
    return `It could not be switched back from ${wanted.release}: ${reason} Its users may be on ${wanted.release} still. Next, on the host: ${command}`;
  }
}
