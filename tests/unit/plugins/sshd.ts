import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A throw-away OpenSSH server on this machine's loopback, which lets in the current user with a key made for it. */
export class Sshd {
  private constructor(
    readonly folder: string,
    readonly port: number,
    readonly process: ChildProcess,
  ) {}

  static async start(): Promise<Sshd> {
    const folder = mkdtempSync(join(tmpdir(), "sshd-"));
    const keys = { host: "ed25519", user: "ed25519", ecdsa: "ecdsa", rsa: "rsa" };
    for (const [key, type] of Object.entries(keys)) execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-f", join(folder, key)]);
    const port = await freePort();
    const lines = [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      ...["host", "ecdsa", "rsa"].map((key) => `HostKey ${folder}/${key}`),
      `AuthorizedKeysFile ${folder}/user.pub`,
      "PidFile none",
      "StrictModes no",
      "UsePAM no",
      "AcceptEnv ACCEPTED",
      "Subsystem sftp internal-sftp",
    ];
    writeFileSync(join(folder, "config"), lines.map((line) => `${line}\n`).join(""));
    // Debian's sshd wants this folder when root starts it; usually its service makes it.
    if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });
    const child = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", join(folder, "config")], { stdio: ["ignore", "ignore", "pipe"] });
    const [line] = (await once(createInterface(child.stderr), "line")) as [string];
    if (!line.startsWith("Server listening")) throw new Error(`sshd: ${line}`);
    return new Sshd(folder, port, child);
  }

  /** Inputs of a connection to it. */
  get connection(): {
    host: string;
    port: number;
    user: string;
    privateKey: string;
    hostKey: string;
    dialErrorLimit: number;
    perDialTimeout: number;
  } {
    return {
      host: "127.0.0.1",
      port: this.port,
      user: userInfo().username,
      privateKey: readFileSync(join(this.folder, "user"), "utf8"),
      hostKey: readFileSync(join(this.folder, "host.pub"), "utf8"),
      dialErrorLimit: 0,
      perDialTimeout: 15,
    };
  }

  async stop(): Promise<void> {
    const ended = once(this.process, "exit");
    this.process.kill();
    await ended;
    rmSync(this.folder, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
