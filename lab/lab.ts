import { rmSync } from "node:fs";
import { boot, cutPower, isRunning as isMachineRunning, notBooted, powerOff, removeMachine } from "./machine";
import { bridgeOf, ensureNetwork, removeNetwork } from "./network";
import { labFolder } from "./places";
import { addHosts, makeLab, prepareDatabase, prepareDisk, type WantedHost } from "./prepare";
import { waitFor } from "./process";
import { onHost } from "./ssh";
import { hostOf, type Lab, machineOf, readLab } from "./state";

export { type Role, roles } from "./host-files";
export { onHost, sshArguments } from "./ssh";
export { hostOf, type Lab, type LabHost, readLab } from "./state";

/**
 * Boots the hosts of a lab, making what is new: the lab, or a host of it. Hosts that run are left as they are.
 * Without `wanted`: the hosts that the lab has, or one named web1. Returns when all answer.
 */
export async function startLab(name: string, wanted?: readonly WantedHost[]): Promise<Lab> {
  if (!/^[a-z][a-z0-9]{0,20}$/.test(name)) throw new Error(`a lab's name is up to 21 lower-case letters and digits: "${name}"`);
  const lab = readLab(name) ?? (await makeLab(name));
  await addHosts(lab, wanted ?? (lab.hosts.length === 0 ? [{ name: "web1" }] : []));
  await ensureNetwork(lab.network);
  await Promise.all(lab.hosts.map((host) => startHost(lab, host.name)));
  return lab;
}

/** A lab that is new, whatever a run that was killed left under this name. For tests and benchmarks. */
export async function freshLab(name: string, wanted?: readonly WantedHost[]): Promise<Lab> {
  await stopLab(name);
  return startLab(name, wanted);
}

/** Boots one host, or does nothing when it runs, and waits until its services are up. */
export async function startHost(lab: Lab, name: string): Promise<void> {
  const machine = machineOf(lab, name);
  await prepareDisk(lab, hostOf(lab, name));
  await boot(machine, lab.network.bridge);
  await waitFor(`${name} answers over SSH (see ${machine.folder}/console.log)`, 60, async () => {
    const { stdout } = await onHost(lab, name, ["systemctl", "is-system-running", "--wait"], { timeoutSeconds: 60 });
    // Degraded: a service failed. On a host with a deployment that may be what is looked into.
    if (["running", "degraded"].includes(stdout.trim())) return true;
    if (!(await isMachineRunning(machine))) throw notBooted(machine);
    return false;
  });
  await prepareDatabase(lab, hostOf(lab, name));
}

/** Ends a lab and takes away everything of it: processes, mounts, interfaces, files. Also after a crash of whoever started it. */
export async function stopLab(name: string): Promise<void> {
  const lab = readLab(name);
  const machines = (lab?.hosts ?? []).map((host) => machineOf(lab as Lab, host.name));
  await Promise.all(machines.map(powerOff));
  for (const machine of machines) await removeMachine(machine);
  await removeNetwork(lab?.network.bridge ?? bridgeOf(labFolder(name)));
  rmSync(labFolder(name), { recursive: true, force: true });
}

export const isRunning = (lab: Lab, host: string): Promise<boolean> => isMachineRunning(machineOf(lab, host));

/** Ends a host as a power cut does. */
export const powerCut = (lab: Lab, host: string): Promise<void> => cutPower(machineOf(lab, host));

/** Ends every connection of the deployer to a host at once; nobody is told. */
export async function cutConnections(lab: Lab, host: string): Promise<void> {
  await onHost(lab, host, ["pkill", "-KILL", "-f", "^sshd: deploy@notty"], { asRoot: true });
}

/** Powers a host off and on again, and waits until its services are up. */
export async function restartHost(lab: Lab, host: string): Promise<void> {
  await powerOff(machineOf(lab, host));
  await startHost(lab, host);
}
