import type { Client } from "ssh2";
import { commandResource, previousOutput } from "./command";
import type { Connection } from "./connection";
import { refusedVariables } from "./environment";
import type { Output } from "./output";
import type { Step } from "./resource";

/** command:remote:Command */
export const remoteCommand = commandResource(
  async (command, step, output) => {
    // ssh2 is loaded on first use: most previews have nothing to do with SSH, and it takes 70 ms.
    const { withConnection } = await import("./connection");
    return withConnection(step.inputs["connection"] as Connection, step, async (client) => {
      const env = await acceptedEnvironment(client, step);
      const how = await finished(client, command, env, step, output);
      if (how !== undefined) throw output.failure(how, command);
      return { ...output.outcome() };
    });
  },
  { required: ["connection"], unknowns: () => ["stdout", "stderr"] },
);

/** Fails when the server refuses a variable of the user's; the last output is only a bonus. */
async function acceptedEnvironment(client: Client, step: Step): Promise<Record<string, string>> {
  const wanted = (step.inputs["environment"] as Record<string, string> | undefined) ?? {};
  const previous = previousOutput(step);
  const refused = await refusedVariables(client, { ...wanted, ...previous });
  for (const name of refused) {
    if (name in previous) {
      step.log.warning(notAccepted(name));
    } else {
      step.log.error(notAccepted(name));
      throw new Error(`could not set environment variable ${JSON.stringify(name)}: ssh: setenv failed`);
    }
  }
  return { ...wanted, ...previous };
}

/** Why it failed, if it did. */
function finished(client: Client, command: string, env: Record<string, string>, step: Step, output: Output): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    client.exec(command, { env }, (error, channel) => {
      if (error) return reject(error);
      // OpenSSH passes the signal on, except to root's commands: those go on without a listener, as after Ctrl-C in `ssh`.
      const stop = (): void => {
        channel.signal("TERM");
        client.end();
      };
      step.signal.addEventListener("abort", stop, { once: true });
      let how: string | undefined = "wait: remote command exited without exit status or exit signal";
      channel.on("data", (chunk: Buffer) => output.stdout(chunk));
      channel.stderr.on("data", (chunk: Buffer) => output.stderr(chunk));
      channel.on("exit", (code: number | null, signal?: string) => {
        how = code === 0 ? undefined : `Process exited with ${code === null ? `signal ${signal}` : `status ${code}`}`;
      });
      channel.on("close", () => {
        step.signal.removeEventListener("abort", stop);
        resolve(step.signal.aborted ? "context canceled" : how);
      });
      // A command that doesn't read its input is no failure.
      channel.on("error", () => undefined).end((step.inputs["stdin"] as string | undefined) ?? "");
    });
  });
}

const notAccepted = (name: string): string =>
  `Unable to set '${name}'. This only works if your SSH server is configured to accept these variables via AcceptEnv. ` +
  "Alternatively, if a Bash-like shell runs the command on the remote host, you could prefix the command itself with the variables in the form 'VAR=value command'";
