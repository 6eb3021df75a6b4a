import { type Outcome, run } from "./process";
import { hostOf, knownHostsOf, type Lab } from "./state";

/** The ssh command line of a host, without what is to be run there. */
export function sshArguments(lab: Lab, host: string): string[] {
  const { address, port, user } = hostOf(lab, host);
  const options = [
    "BatchMode=yes",
    "IdentitiesOnly=yes",
    "ConnectTimeout=5",
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${knownHostsOf(lab)}`,
    "LogLevel=ERROR",
  ];
  return [
    "ssh",
    "-F",
    "/dev/null",
    "-i",
    lab.deployKeyPath,
    "-p",
    `${port}`,
    ...options.flatMap((option) => ["-o", option]),
    `${user}@${address}`,
  ];
}

/** Runs a command on a host, as its operator would by hand. Exit code 255: ssh itself failed, or was ended by the time limit. */
export function onHost(
  lab: Lab,
  host: string,
  argv: readonly string[],
  options: { stdin?: string; asRoot?: boolean; timeoutSeconds?: number } = {},
): Promise<Outcome> {
  const words = options.asRoot === true ? ["sudo", "-n", ...argv] : argv;
  return run([...sshArguments(lab, host), words.map(quoted).join(" ")], options);
}

/** A word as a shell on the host reads it unchanged. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
