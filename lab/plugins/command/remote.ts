import type { Client } from "ssh2";
import type { Properties } from "../values";
import { commandResource, previousOutput } from "./command";
import { type Connection, withConnection } from "./connection";
import { requestEnvironment } from "./environment";
import type { Output } from "./output";
import type { Step } from "./resource";

/** command:remote:Command */
export const remoteCommand = commandResource(
  (command, step, output) =>
    withConnection(step.inputs["connection"] as Connection, step, async (client) => {
      const how = await finished(client, command, step, output);
      if (how !== undefined) throw output.failure(how, command);
      return { ...output.outcome() } as Properties;
    }),
  { required: ["connection"], unknowns: () => ["stdout", "stderr"] },
);

/** Why it failed, if it did. */
function finished(client: Client, command: string, step: Step, output: Output): Promise<string | undefined> {
  const environment = (step.inputs["environment"] as Record<string, string> | undefined) ?? {};
  const previous = previousOutput(step);
  const refused = requestEnvironment(client, Object.keys({ ...environment, ...previous }));
  return new Promise((resolve, reject) => {
    client.exec(command, { env: { ...environment, ...previous } }, (error, channel) => {
      const name = refused().find((variable) => variable in environment);
      refused().forEach((variable) => step.log[variable === name ? "error" : "warning"](notAccepted(variable)));
      if (name !== undefined) return reject(new Error(`could not set environment variable ${JSON.stringify(name)}: ssh: setenv failed`));
      if (error) return reject(error);
      const stop = (): void => void channel.signal("TERM");
      step.signal.addEventListener("abort", stop, { once: true });
      let how: string | undefined = "wait: remote command exited without exit status or exit signal";
      channel.on("data", (chunk: Buffer) => output.stdout(chunk));
      channel.stderr.on("data", (chunk: Buffer) => output.stderr(chunk));
      channel.on("exit", (code: number | null, signal?: string) => {
        how = code === 0 ? undefined : `Process exited with ${code === null ? `signal ${signal}` : `status ${code}`}`;
      });
      channel.on("close", () => {
        step.signal.removeEventListener("abort", stop);
        resolve(how);
      });
      channel.on("error", () => undefined).end((step.inputs["stdin"] as string | undefined) ?? "");
    });
  });
}

const notAccepted = (name: string): string =>
  `Unable to set '${name}'. This only works if your SSH server is configured to accept these variables via AcceptEnv. ` +
  "Alternatively, if a Bash-like shell runs the command on the remote host, you could prefix the command itself with the variables in the form 'VAR=value command'";
