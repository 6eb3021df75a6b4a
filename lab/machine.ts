import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { must, privileged, run, waitFor } from "./process";

/** One host as a machine: an overlay on the image, booted by systemd-nspawn. */
export interface Machine {
  /** Unique on this machine: names its control groups and its network interface. */
  name: string;
  /** Holds the overlay's parts. */
  folder: string;
  /** The overlay's lower layer. */
  image: string;
}

export const rootOf = (machine: Pick<Machine, "folder">): string => join(machine.folder, "root");

/** A file of a host, as it is put there from outside; a path that ends with "/" is a folder. */
export interface HostFile {
  path: string;
  content?: string;
  mode?: string;
  owner?: string;
  group?: string;
}

/** Mounts the host's disk: its own changes over the shared image. */
export async function mountDisk(machine: Machine): Promise<void> {
  if (await isMounted(machine)) return;
  if (!existsSync(machine.image))
    throw new Error(`the image of ${machine.name} is gone, ${machine.image}: end its lab (npm run lab -- down)`);
  const parts = ["upper", "work", "root"].map((part) => join(machine.folder, part));
  // As root, since the upper folder is the host's "/".
  await must(privileged(["install", "-d", "-m", "755", ...parts]));
  const layers = `lowerdir=${machine.image},upperdir=${parts[0]},workdir=${parts[1]}`;
  await must(privileged(["mount", "-t", "overlay", "overlay", "-o", layers, rootOf(machine)]));
}

async function isMounted(machine: Machine): Promise<boolean> {
  return (await run(["mountpoint", "-q", rootOf(machine)])).exitCode === 0;
}

export async function writeFiles(machine: Machine, files: readonly HostFile[]): Promise<void> {
  const write = 'umask 022; mkdir -p "${1%/*}"; umask 077; [ "${1%/}" != "$1" ] || cat >"$1"; chown "$2" "$1"; chmod "$3" "$1"';
  for (const { path, content = "", mode = "644", owner = "0", group = "0" } of files) {
    await must(privileged(["sh", "-euc", write, "sh", join(rootOf(machine), path), `${owner}:${group}`, mode]), { stdin: content });
  }
}

/** Boots a host that doesn't run; it goes on when this process ends. */
export async function boot(machine: Machine, bridge: string): Promise<void> {
  if (await isRunning(machine)) return;
  await cutPower(machine);
  const log = openSync(join(machine.folder, "console.log"), "a");
  const [program = "", ...words] = privileged([join(__dirname, "image", "launch"), rootOf(machine), bridge, machine.name]);
  const launcher = spawn(program, words, { detached: true, stdio: ["ignore", log, log] });
  let refusal: Error | undefined;
  launcher.once("error", (error) => (refusal = error));
  launcher.unref();
  await waitFor(`start of ${machine.name}`, 20, async () => {
    if (refusal !== undefined) throw refusal;
    if (launcher.exitCode !== null || launcher.signalCode !== null) throw notBooted(machine);
    return isRunning(machine);
  });
}

/** Why a host isn't there although it was started. */
export function notBooted(machine: Machine): Error {
  const log = join(machine.folder, "console.log");
  const last = readFileSync(log, "utf8").trim().split("\n").at(-1);
  return new Error(
    `${machine.name} did not boot: ${last || "it said nothing"} (see ${log}); lab hosts need root, systemd-nspawn and overlay mounts`,
  );
}

export async function isRunning(machine: Machine): Promise<boolean> {
  return (await processes(machine)).some(({ kind }) => kind === "nspawn");
}

/** Powers a host off, as its button would; after 30 s as a power cut would. */
export async function powerOff(machine: Machine): Promise<void> {
  const all = await processes(machine);
  // The launcher first: it would start a host again that is just rebooting.
  for (const kind of ["launcher", "nspawn"]) {
    await signal(
      "TERM",
      all.filter((one) => one.kind === kind),
    );
  }
  const halting = all.some(({ kind }) => kind === "nspawn");
  if (halting) await waitFor(`power-off of ${machine.name}`, 30, () => isOff(machine)).catch(() => undefined);
  await cutPower(machine);
}

/** Ends everything of a host at once, also what a crash has left without a parent. */
export async function cutPower(machine: Machine): Promise<void> {
  const all = await processes(machine);
  // Its init takes all other processes with it. Killing systemd-nspawn would leave them running.
  await signal(
    "KILL",
    all.filter(({ kind }) => kind === "init"),
  );
  await waitFor(`end of ${machine.name}`, 10, () => isOff(machine)).catch(async () => signal("KILL", await processes(machine)));
  await waitFor(`end of ${machine.name}`, 10, () => isOff(machine));
  // The kernel takes a moment to do so, and the host could not boot again in it. A long name is the interface's second name.
  await run(privileged(["ip", "link", "delete", `vb-${machine.name}`]));
}

const isOff = async (machine: Machine): Promise<boolean> => (await processes(machine)).length === 0;

/** Takes away what a powered-off host leaves: mounts, control groups, folders. */
export async function removeMachine(machine: Machine): Promise<void> {
  if (await isMounted(machine)) await must(privileged(["umount", "--recursive", rootOf(machine)]));
  await run(privileged(["find", ...groupsOf(machine), "-depth", "-type", "d", "-delete"]));
  // What takes nothing but further lines can't be removed either.
  await run(privileged(["find", machine.folder, "-xdev", "-name", "deployments.jsonl", "-exec", "chattr", "-a", "{}", "+"]));
  // systemd-nspawn removes its own folder only where /run is in memory.
  await must(privileged(["rm", "-rf", "--one-file-system", machine.folder, `/run/systemd/nspawn/propagate/${machine.name}`]));
}

interface HostProcess {
  pid: number;
  kind: "launcher" | "nspawn" | "init" | "other";
}

const groupsOf = ({ name }: Machine): string[] => ["", "/unified", "/systemd"].map((hierarchy) => `/sys/fs/cgroup${hierarchy}/lab-${name}`);

/** Every process of the host and what runs it, found by its control groups. */
async function processes(machine: Machine): Promise<HostProcess[]> {
  const { stdout } = await run(["find", ...groupsOf(machine), "-name", "cgroup.procs", "-exec", "cat", "{}", "+"]);
  const pids = new Set(stdout.split("\n").filter((line) => line !== ""));
  return [...pids].flatMap((pid) => {
    const kind = kindOf(readProcess(pid, "cmdline"), readProcess(pid, "status"));
    return kind === undefined ? [] : [{ pid: Number(pid), kind }];
  });
}

/** What a process of a host is; undefined when it has ended meanwhile. */
export function kindOf(commandLine: string, status: string): HostProcess["kind"] | undefined {
  if (status === "" || /^State:\s*Z/m.test(status)) return undefined;
  const words = commandLine.split("\0");
  if (words.some((word) => word.endsWith("/lab/image/launch"))) return "launcher";
  // Its id in the innermost of its process namespaces comes last.
  if (/^NSpid:.*\s\d+\s+1$/m.test(status)) return "init";
  return words[0]?.endsWith("systemd-nspawn") === true ? "nspawn" : "other";
}

function readProcess(pid: string, file: "cmdline" | "status"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

async function signal(name: "TERM" | "KILL", targets: readonly HostProcess[]): Promise<void> {
  // One that has ended meanwhile makes kill fail; whoever asked looks at what is left.
  if (targets.length > 0) await run(privileged(["kill", `-${name}`, ...targets.map(({ pid }) => `${pid}`)]));
}
