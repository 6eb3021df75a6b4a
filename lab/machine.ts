import { spawn } from "node:child_process";
import { mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { imageFolder } from "./places";
import { must, privileged, run, waitFor } from "./process";

/** One host as a machine: an overlay on the image, booted by systemd-nspawn. */
export interface Machine {
  /** Unique on this machine: LAB-HOST. */
  name: string;
  /** Holds the overlay's parts. */
  folder: string;
}

export const rootOf = (machine: Machine): string => join(machine.folder, "root");

/** A file of a host, as it is put there before it boots. */
export interface HostFile {
  path: string;
  content: string;
  mode?: string;
  owner?: string;
  group?: string;
}

/** Mounts the host's disk: its own changes over the shared image. */
export async function mountDisk(machine: Machine): Promise<void> {
  if (await isMounted(machine)) return;
  for (const part of ["upper", "work", "root"]) mkdirSync(join(machine.folder, part), { recursive: true });
  const layers = `lowerdir=${imageFolder()},upperdir=${join(machine.folder, "upper")},workdir=${join(machine.folder, "work")}`;
  await must(privileged(["mount", "-t", "overlay", "overlay", "-o", layers, rootOf(machine)]));
}

async function isMounted(machine: Machine): Promise<boolean> {
  return (await run(["mountpoint", "-q", rootOf(machine)])).exitCode === 0;
}

export async function writeFiles(machine: Machine, files: readonly HostFile[]): Promise<void> {
  const write = 'umask 022; mkdir -p "${1%/*}"; umask 077; cat >"$1"; chown "$2" "$1"; chmod "$3" "$1"';
  for (const { path, content, mode = "644", owner = "0", group = "0" } of files) {
    await must(privileged(["sh", "-euc", write, "sh", join(rootOf(machine), path), `${owner}:${group}`, mode]), { stdin: content });
  }
}

/** Boots a host that doesn't run; it goes on when this process ends. */
export async function boot(machine: Machine, bridge: string): Promise<void> {
  if (machineProcess(machine) !== undefined) return;
  const log = openSync(join(machine.folder, "console.log"), "a");
  const [program = "", ...words] = privileged([join(__dirname, "image", "launch"), rootOf(machine), bridge, machine.name]);
  spawn(program, words, { detached: true, stdio: ["ignore", log, log] }).unref();
  await waitFor(`start of ${machine.name} (see ${machine.folder}/console.log)`, 20, async () => machineProcess(machine) !== undefined);
}

/** Powers a host off, as its button would; after 30 s as a power cut would. */
export async function powerOff(machine: Machine): Promise<void> {
  const pid = machineProcess(machine);
  if (pid === undefined) return;
  await run(privileged(["kill", "-TERM", `${pid}`]));
  await waitFor(`power-off of ${machine.name}`, 30, async () => machineProcess(machine) === undefined).catch(() => cutPower(machine));
}

/** Ends everything on a host at once: its own init is killed. systemd-nspawn itself never is, it would leave the host as an orphan. */
export async function cutPower(machine: Machine): Promise<void> {
  const pid = machineProcess(machine);
  if (pid === undefined) return;
  const init = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0];
  if (init !== undefined && init !== "") await must(privileged(["kill", "-KILL", init]));
  await waitFor(`end of ${machine.name}`, 30, async () => machineProcess(machine) === undefined);
}

/** Takes away what a powered-off host leaves: mount, control groups, folder. */
export async function removeMachine(machine: Machine): Promise<void> {
  if (await isMounted(machine)) await must(privileged(["umount", rootOf(machine)]));
  for (const hierarchy of ["unified", "systemd"]) {
    const group = `/sys/fs/cgroup/${hierarchy}/lab-${machine.name}`;
    await run(privileged(["find", group, "-depth", "-type", "d", "-delete"]));
  }
  await must(privileged(["rm", "-rf", "--one-file-system", machine.folder]));
}

/** The process id of the host's systemd-nspawn, found by the host's disk; undefined when it doesn't run. */
export function machineProcess(machine: Machine): number | undefined {
  const wanted = `--directory=${rootOf(machine)}`;
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const words = commandLine(entry);
    if (words[0]?.endsWith("systemd-nspawn") === true && words.includes(wanted)) return Number(entry);
  }
  return undefined;
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}
