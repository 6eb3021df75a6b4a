import { execFile, type ExecFileException } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

export interface Outcome {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** Runs a program on this machine; never throws for an exit code. */
export function run(
  argv: readonly string[],
  options: { stdin?: string; timeoutSeconds?: number; directory?: string } = {},
): Promise<Outcome> {
  const [program = "", ...words] = argv;
  const limits = { timeout: (options.timeoutSeconds ?? 60) * 1000, maxBuffer: 16 * 1024 * 1024, cwd: options.directory };
  return new Promise((resolve) => {
    const child = execFile(program, words, limits, (error, stdout, stderr) => resolve({ stdout, ...endOf(error, stderr) }));
    child.stdin?.on("error", () => undefined).end(options.stdin ?? "");
  });
}

/** How a program ended; 255 and the reason when it didn't start or was ended by the time limit. */
function endOf(error: ExecFileException | null, stderr: string): Pick<Outcome, "stderr" | "exitCode"> {
  if (error === null) return { stderr, exitCode: 0 };
  return typeof error.code === "number" ? { stderr, exitCode: error.code } : { stderr: `${stderr}${error.message}`, exitCode: 255 };
}

/** As `run`, but a failure is an error that says what the program said. */
export async function must(
  argv: readonly string[],
  options: { stdin?: string; timeoutSeconds?: number; directory?: string } = {},
): Promise<string> {
  const { stdout, stderr, exitCode } = await run(argv, options);
  if (exitCode !== 0) throw new Error(`${argv.slice(0, 4).join(" ")} failed (${exitCode}): ${stderr.trim() || stdout.trim()}`);
  return stdout;
}

/** The same as root, by sudo where this process isn't. */
export const privileged = (argv: readonly string[]): string[] => (process.getuid?.() === 0 ? [...argv] : ["sudo", ...argv]);

/** Ends a process that was started here and all that it started, at once, as a power cut does. */
export function killTree(pid: number): void {
  const children = `/proc/${pid}/task/${pid}/children`;
  const started = existsSync(children) ? readFileSync(children, "utf8").trim().split(" ").filter(Boolean) : [];
  process.kill(pid, "SIGKILL");
  for (const child of started) killTree(Number(child));
}

/** Asks until the answer is yes. @throws after the time limit, naming what was waited for */
export async function waitFor(what: string, timeoutSeconds: number, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + timeoutSeconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${timeoutSeconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
