import { spawn } from "node:child_process";
import type { CommandHook, Hook, HttpHook } from "./contract";
import { withoutSecrets } from "./hooks";

const shownCharacters = 600;
/** More than is shown, so that no secret is cut in two before it is looked for. */
const keptCharacters = 16 * shownCharacters;
/** From SIGTERM to SIGKILL. */
const endingMilliseconds = 5000;

/** Tells the load balancer, once. @returns what went wrong, with nothing secret in it; undefined: nothing. Never throws */
export async function failureOfHook(hook: Hook): Promise<string | undefined> {
  const failure = "command" in hook ? await runProgram(hook) : await sendRequest(hook);
  return failure === undefined ? undefined : withoutSecrets(failure, hook);
}

async function sendRequest(hook: HttpHook): Promise<string | undefined> {
  const { url, method, headers, body, timeoutSeconds } = hook;
  const signal = AbortSignal.timeout(timeoutSeconds * 1000);
  try {
    // Not followed elsewhere: the headers are for this address.
    const answer = await fetch(url, { method, headers: { "User-Agent": "selfhelp-deploy", ...headers }, body, redirect: "manual", signal });
    if (answer.ok) return void (await answer.body?.cancel());
    return `answered ${answer.status}${quoted(withoutSecrets(await beginningOf(answer), hook).slice(0, shownCharacters))}`;
  } catch (error) {
    if (signal.aborted) return `no answer within ${timeoutSeconds} s`;
    const { message, cause } = error as Error;
    return cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code || message : message;
  }
}

async function beginningOf({ body }: Response): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length >= keptCharacters) break;
  }
  return text;
}

/** In a process group of its own, so that Ctrl-C doesn't cut it short, and its time limit ends all of it. */
function runProgram(hook: CommandHook): Promise<string | undefined> {
  const { command, environment, timeoutSeconds } = hook;
  let said = "";
  const told = (): string => quoted(withoutSecrets(said, hook).slice(-shownCharacters));
  const [program = "", ...words] = command;
  return new Promise((resolve) => {
    const child = spawn(program, words, { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"], detached: true });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (said = (said + chunk.toString("utf8")).slice(-keptCharacters)));
    let isLate = false;
    const end = (signal: NodeJS.Signals): void => {
      isLate = true;
      if (child.pid !== undefined) killGroup(child.pid, signal);
    };
    const timers = [
      setTimeout(() => end("SIGTERM"), timeoutSeconds * 1000),
      setTimeout(() => end("SIGKILL"), timeoutSeconds * 1000 + endingMilliseconds),
    ];
    const ended = (failure: string | undefined): void => {
      timers.forEach(clearTimeout);
      resolve(failure);
    };
    child.once("error", (error) => ended(`${program} can't be started: ${error.message}`));
    child.once("close", (code, signal) => {
      if (isLate) ended(`${program} did not end within ${timeoutSeconds} s${told()}`);
      else
        ended(code === 0 ? undefined : `${program} ${signal === null ? `exited with code ${code}` : `was killed by ${signal}`}${told()}`);
    });
  });
}

function killGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // all of it has ended
  }
}

/** One line, without control characters. */
function quoted(said: string): string {
  const line = said.replace(/[\p{Cc}\s]+/gu, " ").trim();
  return line === "" ? "" : `: "${line}"`;
}
