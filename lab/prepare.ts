import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasDatabase, hasMysql, hostFiles, namesFile, type Role, usersSql } from "./host-files";
import { ageKey, certificate, certificateAuthority, imageUser, jwtKeys, password, publicKey, readJwtKeys, sshKey } from "./keys";
import { mountDisk, rootOf, writeFiles } from "./machine";
import { addressOf, createNetwork } from "./network";
import { imageFolder, labFolder } from "./places";
import { must, privileged } from "./process";
import { onHost } from "./ssh";
import { hostFolder, type Lab, type LabHost, machineOf, saveLab } from "./state";

export interface WantedHost {
  name: string;
  role?: Role;
}

/** A new lab without hosts: its network, and what an operator would make by hand. */
export async function makeLab(name: string): Promise<Lab> {
  const folder = labFolder(name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const authority = await certificateAuthority(authorityOf({ folder }));
  jwtKeys(folder);
  const identityPath = join(folder, "backup.key");
  const lab: Lab = {
    name,
    folder,
    network: await createNetwork(folder),
    hosts: [],
    deployKeyPath: await sshKey(join(folder, "deploy_key"), "deploy"),
    database: {
      name: "selfhelp",
      port: 3306,
      deployUser: "selfhelp_deploy",
      deployPassword: password(),
      appUser: "selfhelp_app",
      appPassword: password(),
      adminUser: "selfhelp_admin",
      adminPassword: password(),
      caPath: join(authority, "ca.pem"),
    },
    backup: { recipient: await ageKey(identityPath), identityPath },
  };
  saveLab(lab);
  return lab;
}

const authorityOf = (lab: Pick<Lab, "folder">): string => join(lab.folder, "ca");

/** Adds the hosts that the lab doesn't have yet. */
export async function addHosts(lab: Lab, wanted: readonly WantedHost[]): Promise<void> {
  for (const { name, role = "all" } of wanted) {
    const known = lab.hosts.find((host) => host.name === name);
    if (known === undefined) lab.hosts.push(await describeHost(lab, name, role));
    else if (known.role !== role)
      throw new Error(`${name} is a host with role "${known.role}" already, it can't become "${role}": end the lab first`);
  }
  saveLab(lab);
}

async function describeHost(lab: Lab, name: string, role: Role): Promise<LabHost> {
  if (!/^[a-z][a-z0-9-]{0,20}$/.test(name)) throw new Error(`a host's name is up to 21 lower-case letters, digits and hyphens: "${name}"`);
  const folder = hostFolder(lab, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return {
    name,
    address: addressOf(lab.network, 10 + lab.hosts.length),
    port: 22,
    user: "deploy",
    hostKey: publicKey(await sshKey(hostKeyOf(lab, name), name)),
    role,
    image: imageFolder(hasMysql(role) ? "mysql-image" : "image"),
    root: rootOf({ folder }),
    machine: machineName(lab, name),
  };
}

/** Unique on this machine also where another user's cache holds a lab of the same name. */
const machineName = (lab: Lab, host: string): string =>
  `${lab.name}-${host}-${createHash("sha256").update(lab.folder).digest("hex").slice(0, 4)}`;

const hostKeyOf = (lab: Lab, name: string): string => join(hostFolder(lab, name), "ssh_host_key");

/** Mounts a host's disk and, on a new host, puts its own files on it. */
export async function prepareDisk(lab: Lab, host: LabHost): Promise<void> {
  const machine = machineOf(lab, host.name);
  await mountDisk(machine);
  if (!isPrepared(lab, host)) {
    await writeFiles(machine, await ownFiles(lab, host));
    const off = { all: [], web: ["mariadb.service"], database: ["nginx.service"], "mysql database": [] }[host.role];
    for (const unit of off) await must(privileged(["systemctl", `--root=${host.root}`, "mask", "--quiet", unit]));
  }
  await writeFiles(machine, [namesFile(lab.hosts)]);
}

async function ownFiles(lab: Lab, host: LabHost) {
  const issued = await certificate(authorityOf(lab), { name: host.name, addresses: [host.address] });
  return hostFiles({
    ...host,
    hostKey: { privateKey: readFileSync(hostKeyOf(lab, host.name), "utf8"), publicKey: host.hostKey },
    deployKey: publicKey(lab.deployKeyPath),
    jwt: readJwtKeys(lab.folder),
    database: { ...issued, ca: readFileSync(lab.database.caPath, "utf8") },
    ids: { wwwData: imageUser(host.image, "www-data"), mysql: imageUser(host.image, "mysql") },
  });
}

/** On a new host that runs: the empty database and its users. Once only, so that what is changed later stays changed. */
export async function prepareDatabase(lab: Lab, host: LabHost): Promise<void> {
  if (isPrepared(lab, host)) return;
  if (hasDatabase(host.role)) {
    const [server, client] = hasMysql(host.role) ? (["MySQL", "mysql"] as const) : (["MariaDB", "mariadb"] as const);
    const sql = usersSql({ ...lab.database, schema: lab.database.name }, server);
    const { exitCode, stderr } = await onHost(lab, host.name, [client], { asRoot: true, stdin: sql });
    if (exitCode !== 0) throw new Error(`${host.name}: making the database's users failed (${exitCode}): ${stderr.trim()}`);
  }
  writeFileSync(preparedMark(lab, host), "");
}

const preparedMark = (lab: Lab, host: LabHost): string => join(hostFolder(lab, host.name), "prepared");

const isPrepared = (lab: Lab, host: LabHost): boolean => existsSync(preparedMark(lab, host));
