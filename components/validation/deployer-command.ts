import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import type { Hide } from "../../host/redact";
import { Transcript } from "../../host/transcript";

export interface DeployerCommand {
  /** A line for bash. */
  line: string;
  directory: string;
  /** Beside the deployer's own. */
  environment: Readonly<Record<string, string>>;
  timeoutSeconds: number;
  /** Ends it when aborted. */
  signal: AbortSignal;
  /** Takes out of its last lines what must not be seen. */
  hide: Hide;
  onLine(line: string): void;
}

/** How it ended, and its last lines. */
export interface DeployerEnding {
  ending: { code: number } | "timed out" | "cancelled" | "was killed" | { notStarted: string };
  lastLines: string[];
}

const killSeconds = 5;

/**
 * Runs a command on the deployer to its end. When that is brought about, all that it started gets SIGTERM, and 5 s later SIGKILL; what is left of its
 * process group when it ended by itself is killed, and all of the group when this process dies.
 */
export async function runOnDeployer(command: DeployerCommand): Promise<DeployerEnding> {
  const { directory, environment, timeoutSeconds, signal } = command;
  const transcript = new Transcript(command.hide, command.onLine);
  const child = spawn("/bin/bash", ["-c", guard, "guard", command.line], {
    cwd: directory,
    env: { ...process.env, ...environment },
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => undefined);
  child.stdout.on("data", transcript.stdout);
  child.stderr.on("data", transcript.stderr);
  let reason: "timed out" | "cancelled" | undefined;
  const processes = new ProcessTree(child);
  const stop = (why: "timed out" | "cancelled"): void => {
    reason ??= why;
    processes.end();
  };
  const abort = (): void => stop("cancelled");
  const limit = setTimeout(() => stop("timed out"), timeoutSeconds * 1000);
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  const ended = await endOf(child);
  clearTimeout(limit);
  signal.removeEventListener("abort", abort);
  await processes.gone();
  transcript.end();
  return { ending: reason ?? ended, lastLines: transcript.lastLines() };
}

/**
 * The line's own standard input is empty; the guard's is a pipe from this process, and ends with it. The guard outlives SIGTERM, so that the line has the
 * time that it is given.
 */
const guard = `
trap : TERM
exec 3<&0 </dev/null
/bin/bash -eo pipefail -c "$1" 3<&- &
line=$!
{ read -r <&3; kill -KILL -- "-$$"; } >/dev/null 2>&1 &
exec 3<&-
while kill -0 "$line" 2>/dev/null; do wait "$line"; done
wait "$line"
`;

function endOf(child: ChildProcess): Promise<{ code: number } | "was killed" | { notStarted: string }> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ notStarted: error.message }));
    child.once("exit", (code) => resolve(code === null ? "was killed" : { code }));
  });
}

/** A process, its group, and all that descends from it. */
class ProcessTree {
  #killing: NodeJS.Timeout | undefined;
  readonly #known = new Set<number>();

  constructor(private readonly root: ChildProcess) {}

  end(): void {
    this.#signal("SIGTERM");
    this.#killing ??= setTimeout(() => this.#signal("SIGKILL"), killSeconds * 1000);
  }

  /** The first process has ended: what is left of the others ends now. */
  async gone(): Promise<void> {
    clearTimeout(this.#killing);
    this.#signal("SIGKILL");
    await new Promise<void>((resolve) => {
      if (this.root.stdout?.closed !== false && this.root.stderr?.closed !== false) return resolve();
      const giveUp = setTimeout(resolve, killSeconds * 1000);
      this.root.once("close", () => (clearTimeout(giveUp), resolve()));
    });
    this.root.stdin?.destroy();
  }

  #signal(name: "SIGTERM" | "SIGKILL"): void {
    const { pid } = this.root;
    if (pid === undefined) return;
    for (const one of descendantsOf(pid)) this.#known.add(one);
    for (const target of [-pid, ...this.#known]) {
      try {
        process.kill(target, name);
      } catch {
        // it has ended by itself
      }
    }
  }
}

/** None on a deployer without ps: then it is the process group alone that is ended. */
function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const line of processTable().split("\n")) {
    const [child = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found: number[] = [];
  const visit = (parent: number): void => {
    for (const child of children.get(parent) ?? []) {
      found.push(child);
      visit(child);
    }
  };
  visit(pid);
  return found;
}

function processTable(): string {
  try {
    return execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  } catch {
    return "";
  }
}
