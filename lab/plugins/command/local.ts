import { spawn } from "node:child_process";
import { commandResource, previousOutput } from "./command";
import { filesOf } from "./files";
import type { Output } from "./output";
import type { Properties } from "../values";
import type { Step } from "./resource";

/** command:local:Command */
export const localCommand = commandResource(runLocally, {
  required: [],
  unknowns: (inputs) => [
    "stdout",
    "stderr",
    ...(inputs["assetPaths"] === undefined ? [] : ["assets"]),
    ...(inputs["archivePaths"] === undefined ? [] : ["archive"]),
  ],
});

/** Runs a command on this machine; a non-zero exit is an error that carries its output. */
export async function runLocally(command: string, step: Step, output: Output): Promise<Properties> {
  const how = await finished(command, step, output);
  if (how !== undefined) throw output.failure(how, command);
  return { ...output.outcome(), ...filesOf(step.inputs) };
}

/** Why it failed, if it did. */
function finished(command: string, step: Step, output: Output): Promise<string | undefined> {
  const { inputs, signal } = step;
  const [program = "/bin/sh", ...words] = (inputs["interpreter"] as string[] | undefined) ?? ["/bin/sh", "-c"];
  const stdin = inputs["stdin"] as string | undefined;
  // In a process group of its own, so that cancelling ends what the command started, too.
  const child = spawn(program, [...words, command], {
    cwd: inputs["dir"] as string | undefined,
    env: { ...process.env, ...(inputs["environment"] as Record<string, string> | undefined), ...previousOutput(step) },
    stdio: "pipe",
    detached: true,
  });
  child.stdout.on("data", (chunk: Buffer) => output.stdout(chunk));
  child.stderr.on("data", (chunk: Buffer) => output.stderr(chunk));
  // A command that doesn't read its input is no failure.
  child.stdin.on("error", () => undefined).end(stdin ?? "");
  const kill = (): void => void (child.pid !== undefined && process.kill(-child.pid, "SIGKILL"));
  signal.addEventListener("abort", kill, { once: true });
  return new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, by) => resolve(code === 0 ? undefined : code === null ? `signal: ${by}` : `exit status ${code}`));
  }).finally(() => signal.removeEventListener("abort", kill));
}
