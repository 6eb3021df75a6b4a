import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostFiles, type Role } from "./host-files";
import { ageKey, certificate, certificateAuthority, jwtKeys, password, publicKey, sshKey } from "./keys";
import { boot, cutPower, machineProcess, type Machine, mountDisk, powerOff, removeMachine, rootOf, writeFiles } from "./machine";
import { addressOf, createNetwork, ensureNetwork, type Network, removeNetwork } from "./network";
import { labFolder } from "./places";
import { type Outcome, run, waitFor } from "./process";

export type { Role } from "./host-files";

/** A real machine on this machine, reached over SSH. */
export interface LabHost {
  name: string;
  address: string;
  port: number;
  /** May log in with the lab's key, and sudo. */
  user: string;
  /** "ssh-ed25519 AAAA…" */
  hostKey: string;
  role: Role;
  /** Its disk as this machine sees it. */
  root: string;
}

/** Several hosts on a private network of their own, with what an operator would hand over. */
export interface Lab {
  name: string;
  folder: string;
  network: Network;
  hosts: LabHost[];
  deployKeyPath: string;
  database: { name: string; port: number; deployUser: string; deployPassword: string; appUser: string; appPassword: string; caPath: string };
  backup: { recipient: string; identityPath: string };
}

/** Boots the hosts of a lab, making it first when it is new; hosts that run are left as they are. Returns when all answer. */
export async function startLab(name: string, hosts: readonly { name: string; role?: Role }[] = [{ name: "web1" }]): Promise<Lab> {
  if (!/^[a-z][a-z0-9]{0,20}$/.test(name)) throw new Error(`a lab's name is up to 21 lower-case letters and digits: "${name}"`);
  const lab = readLab(name) ?? (await makeLab(name, hosts));
  await ensureNetwork(lab.network);
  await Promise.all(lab.hosts.map((host) => startHost(lab, host.name)));
  return lab;
}

/** Boots one host, or does nothing when it runs, and waits until its services are up. */
export async function startHost(lab: Lab, name: string): Promise<void> {
  const machine = machineOf(lab, name);
  await mountDisk(machine);
  await boot(machine, lab.network.bridge);
  await waitFor(`${name} answers over SSH (see ${machine.folder}/console.log)`, 60, async () => {
    const { stdout } = await onHost(lab, name, ["systemctl", "is-system-running", "--wait"], { timeoutSeconds: 60 });
    return ["running", "degraded"].includes(stdout.trim());
  });
}

/** Ends a lab and takes away everything of it: processes, mounts, interfaces, files. Also after a crash of whoever started it. */
export async function stopLab(name: string): Promise<void> {
  const lab = readLab(name);
  if (lab === undefined) return rmSync(labFolder(name), { recursive: true, force: true });
  await Promise.all(lab.hosts.map((host) => powerOff(machineOf(lab, host.name))));
  for (const host of lab.hosts) await removeMachine(machineOf(lab, host.name));
  await removeNetwork(lab.network);
  rmSync(lab.folder, { recursive: true, force: true });
}

export function readLab(name: string): Lab | undefined {
  const file = join(labFolder(name), "lab.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Lab) : undefined;
}

export const isRunning = (lab: Lab, host: string): boolean => machineProcess(machineOf(lab, host)) !== undefined;

/** Ends a host as a power cut does. */
export const powerCut = (lab: Lab, host: string): Promise<void> => cutPower(machineOf(lab, host));

/** The ssh command line of a host, without what is to be run there. */
export function sshArguments(lab: Lab, host: string): string[] {
  const { address, port, user } = hostOf(lab, host);
  const options = ["BatchMode=yes", "ConnectTimeout=2", "StrictHostKeyChecking=yes", `UserKnownHostsFile=${join(lab.folder, "known_hosts")}`];
  return ["ssh", "-F", "/dev/null", "-i", lab.deployKeyPath, "-p", `${port}`, ...options.flatMap((option) => ["-o", option]), `${user}@${address}`];
}

/** Runs a command on a host, as its operator would by hand. */
export function onHost(
  lab: Lab,
  host: string,
  argv: readonly string[],
  options: { stdin?: string; asRoot?: boolean; timeoutSeconds?: number } = {},
): Promise<Outcome> {
  const words = options.asRoot === true ? ["sudo", "-n", ...argv] : argv;
  return run([...sshArguments(lab, host), words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ")], options);
}

export function hostOf(lab: Lab, name: string): LabHost {
  const host = lab.hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`lab "${lab.name}" has no host "${name}", only: ${lab.hosts.map((known) => known.name).join(", ")}`);
  return host;
}

const machineOf = (lab: Pick<Lab, "name" | "folder">, host: string): Machine => ({
  name: `${lab.name}-${host}`,
  folder: join(lab.folder, "hosts", host),
});

async function makeLab(name: string, wanted: readonly { name: string; role?: Role }[]): Promise<Lab> {
  const folder = labFolder(name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const network = await createNetwork();
  const authority = await certificateAuthority(join(folder, "ca"));
  const lab: Lab = {
    name,
    folder,
    network,
    hosts: [],
    deployKeyPath: await sshKey(join(folder, "deploy_key"), "deploy"),
    database: {
      name: "selfhelp",
      port: 3306,
      deployUser: "selfhelp_deploy",
      deployPassword: password(),
      appUser: "selfhelp_app",
      appPassword: password(),
      caPath: join(authority, "ca.pem"),
    },
    backup: { recipient: await ageKey(join(folder, "backup.key")), identityPath: join(folder, "backup.key") },
  };
  lab.hosts = await Promise.all(wanted.map((host, index) => describeHost(lab, host, index)));
  save(lab);
  for (const host of lab.hosts) await makeHost(lab, host, authority);
  return lab;
}

async function describeHost(lab: Lab, { name, role = "all" }: { name: string; role?: Role }, index: number): Promise<LabHost> {
  const key = await sshKey(join(lab.folder, `host_${name}`), name);
  return {
    name,
    address: addressOf(lab.network, 10 + index),
    port: 22,
    user: "deploy",
    hostKey: publicKey(key),
    role,
    root: rootOf(machineOf(lab, name)),
  };
}

async function makeHost(lab: Lab, host: LabHost, authority: string): Promise<void> {
  const machine = machineOf(lab, host.name);
  const issued = await certificate(authority, { name: host.name, addresses: [host.address] });
  await mountDisk(machine);
  await writeFiles(
    machine,
    hostFiles({
      ...host,
      neighbours: lab.hosts,
      hostKey: { privateKey: readFileSync(join(lab.folder, `host_${host.name}`), "utf8"), publicKey: host.hostKey },
      deployKey: publicKey(lab.deployKeyPath),
      jwt: jwtKeys(),
      database: { ...issued, ca: readFileSync(lab.database.caPath, "utf8"), users: { ...lab.database, schema: lab.database.name } },
    }),
  );
  const off = { all: [], web: ["mariadb.service"], database: ["nginx.service"] }[host.role];
  for (const unit of off) await run(["systemctl", `--root=${host.root}`, "mask", unit]);
}

/** The state is whole or not there: what a crash leaves can be ended with `down`. */
function save(lab: Lab): void {
  const file = join(lab.folder, "lab.json");
  writeFileSync(`${file}.new`, `${JSON.stringify(lab, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  writeFileSync(join(lab.folder, "known_hosts"), lab.hosts.map((host) => `${host.address} ${host.hostKey}\n`).join(""));
}
