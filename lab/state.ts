import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Role } from "./host-files";
import type { Machine } from "./machine";
import type { Network } from "./network";
import { labFolder } from "./places";

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
  /** What its disk is a layer on: a later image would not fit below it. */
  image: string;
  /** Its disk as this machine sees it. */
  root: string;
  /** Its name among this machine's control groups and interfaces. */
  machine: string;
}

/** Several hosts on a private network of their own, with what an operator would hand over. */
export interface Lab {
  name: string;
  folder: string;
  network: Network;
  hosts: LabHost[];
  deployKeyPath: string;
  database: {
    name: string;
    port: number;
    deployUser: string;
    deployPassword: string;
    appUser: string;
    appPassword: string;
    /** Makes accounts; logs in from the server's own host only. */
    adminUser: string;
    adminPassword: string;
    caPath: string;
  };
  backup: { recipient: string; identityPath: string };
}

export function readLab(name: string): Lab | undefined {
  const file = join(labFolder(name), "lab.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Lab) : undefined;
}

/** Records a lab, whole or not at all: what a crash leaves can be ended with `down`. */
export function saveLab(lab: Lab): void {
  const file = join(lab.folder, "lab.json");
  writeFileSync(`${file}.new`, `${JSON.stringify(lab, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  writeFileSync(knownHostsOf(lab), lab.hosts.map((host) => `${host.address} ${host.hostKey}\n`).join(""));
}

export const knownHostsOf = (lab: Lab): string => join(lab.folder, "known_hosts");

export const hostFolder = (lab: Pick<Lab, "folder">, host: string): string => join(lab.folder, "hosts", host);

export function hostOf(lab: Lab, name: string): LabHost {
  const host = lab.hosts.find((candidate) => candidate.name === name);
  if (host === undefined)
    throw new Error(`lab "${lab.name}" has no host "${name}", only: ${lab.hosts.map((known) => known.name).join(", ")}`);
  return host;
}

export function machineOf(lab: Lab, name: string): Machine {
  const { machine, image } = hostOf(lab, name);
  return { name: machine, folder: hostFolder(lab, name), image };
}
