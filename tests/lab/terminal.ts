import { type ChildProcess, spawn } from "node:child_process";
import { projectFolder } from "../../lab/places";

/** What a person waits for on the terminal, and types then. */
export type Turn = [seen: string, typed: string];

/**
 * Runs a program in a terminal, types each turn's text once its question is seen, and returns all that was shown. `exec`: a shell that waits for its child
 * dies of a Ctrl-C as well, and its exit code would be told.
 */
export async function inTerminal(
  words: readonly string[],
  turns: readonly Turn[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ shown: string; exitCode: number | null }> {
  const command = ["exec", ...words.map((word) => `'${word}'`)].join(" ");
  const child: ChildProcess = spawn("script", ["-qec", command, "/dev/null"], {
    cwd: projectFolder,
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, TERM: "xterm", ...environment },
  });
  const waiting = [...turns];
  let [shown, seen] = ["", 0];
  child.stdout?.on("data", (chunk: Buffer) => {
    shown += chunk.toString("utf8");
    const at = waiting[0] === undefined ? -1 : shown.indexOf(waiting[0][0], seen);
    if (at < 0) return;
    seen = shown.length;
    child.stdin?.write(waiting.shift()?.[1] ?? "");
  });
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { shown: shown.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replaceAll("\r", ""), exitCode };
}
