import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { HostSettings } from "../../../host/host";

/** A real sshd of its own on loopback, with generated keys. */
export interface TestSshd {
  folder: string;
  settings: HostSettings;
  /** Process ids of the sessions that are connected now. */
  connections(): number[];
  stop(): void;
}

const binary = "/usr/sbin/sshd";

export async function startSshd(extraConfig: string[] = []): Promise<TestSshd> {
  const folder = mkdtempSync(join(tmpdir(), "sshd-"));
  for (const name of ["host", "user"]) makeKey(join(folder, name));
  const port = await freePort();
  writeFileSync(join(folder, "config"), `${configOf(folder, port, extraConfig).join("\n")}\n`);
  const sshd = await launch(join(folder, "config"));
  return {
    folder,
    settings: {
      name: "web1",
      address: "127.0.0.1",
      port,
      user: userInfo().username,
      hostKey: readFileSync(join(folder, "host.pub"), "utf8").trim(),
      privateKeyPath: join(folder, "user"),
    },
    connections: () => childrenOf(sshd.pid as number),
    stop: () => {
      sshd.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function makeKey(path: string, options: string[] = ["-t", "ed25519", "-N", ""]): void {
  execFileSync("ssh-keygen", ["-q", "-C", "test", "-f", path, ...options]);
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until something is so; fails with the description after 15 s. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const giveUp = performance.now() + 15_000;
  while (!isSo()) {
    if (performance.now() > giveUp) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const configOf = (folder: string, port: number, extra: string[]): string[] => [
  ...extra,
  `Port ${port}`,
  "ListenAddress 127.0.0.1",
  `HostKey ${folder}/host`,
  `AuthorizedKeysFile ${folder}/user.pub`,
  "PidFile none",
  "UsePAM no",
  "StrictModes no",
  "PermitRootLogin yes",
  "PasswordAuthentication no",
  "KbdInteractiveAuthentication no",
  `SetEnv HOME=${folder}`,
];

async function launch(config: string): Promise<ChildProcess> {
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });
  const sshd = spawn(binary, ["-D", "-e", "-f", config], { stdio: ["ignore", "ignore", "pipe"] });
  const said: string[] = [];
  const lines = createInterface(sshd.stderr as NodeJS.ReadableStream);
  await new Promise<void>((resolve, reject) => {
    sshd.once("error", (error) => reject(new Error(`${binary} can't be started (package openssh-server): ${error.message}`)));
    sshd.once("exit", () => reject(new Error(`sshd ended at once: ${said.join("\n")}`)));
    lines.on("line", (line) => (line.includes("Server listening") ? resolve() : said.push(line)));
  });
  return sshd;
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}
