import { spawn } from "node:child_process";
import { isUtf8 } from "node:buffer";

export interface Outcome {
  stdout: string;
  stderr: string;
}

/** How much of a command's output is kept: its end. */
const keptBytes = 16 * 1024 * 1024;

/** Gathers a stream's end, and hands each complete line on as it comes. */
export class Gathered {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #line = "";

  constructor(private readonly onLine: ((line: string) => void) | undefined) {}

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes > keptBytes && this.#chunks.length > 1) this.#bytes -= this.#chunks.shift()?.length ?? 0;
    if (this.onLine === undefined) return;
    const lines = (this.#line + chunk.toString("utf8")).split("\n");
    this.#line = lines.pop() ?? "";
    lines.forEach(this.onLine);
  }

  /** Without the last line's end, as the official plugin does. */
  text(): string {
    const all = Buffer.concat(this.#chunks);
    return (isUtf8(all) ? all.toString("utf8") : all.toString("latin1")).replace(/\n$/, "");
  }
}

export interface LocalCommand {
  command: string;
  interpreter: readonly string[];
  directory: string | undefined;
  environment: Readonly<Record<string, string>>;
  stdin: string | undefined;
  signal: AbortSignal;
  onStdout?: (line: string) => void;
  onStderr?: (line: string) => void;
}

/** Runs a command on this machine; a non-zero exit is an error that carries its output. */
export function runLocally(command: LocalCommand): Promise<Outcome> {
  const [program = "/bin/sh", ...words] = command.interpreter;
  const child = spawn(program, [...words, command.command], {
    cwd: command.directory,
    env: { ...process.env, ...command.environment },
    stdio: ["pipe", "pipe", "pipe"],
    signal: command.signal,
  });
  const stdout = new Gathered(command.onStdout);
  const stderr = new Gathered(command.onStderr);
  child.stdout.on("data", (chunk: Buffer) => stdout.add(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.add(chunk));
  child.stdin.on("error", () => undefined).end(command.stdin ?? "");
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const outcome = { stdout: stdout.text(), stderr: stderr.text() };
      if (code === 0) resolve(outcome);
      else reject(new Error(failure(code === null ? `signal ${signal}` : `exit status ${code}`, outcome)));
    });
  });
}

/** The text of a failed command, with what it printed. */
export const failure = (how: string, { stdout, stderr }: Outcome): string =>
  `${how}: ${[stdout, stderr].filter((text) => text !== "").join("\n")}`;
