import { lifeline } from "./lifeline";

/**
 * What is said to a host, as data. The rooms' `commands.ts` build it, `render` alone turns it into shell text,
 * `Host.run` alone sends it. Secrets are not part of a command: they go through `RunOptions.stdin`.
 */
export type Command = Run | Script | All | Pipe;

/** One program with its arguments; each word arrives as it is, whatever characters it has, and no shell is started for it. */
export interface Run {
  run: readonly string[];
}

/** A constant bash text (no values glued in) with its values as `$1`, `$2`, …; runs under `set -euo pipefail`. */
export interface Script {
  script: string;
  with: readonly string[];
}

/** One after the other; stops at the first that fails. */
export interface All {
  all: readonly Command[];
}

/** Each one's output into the next; fails when any of them fails. */
export interface Pipe {
  pipe: readonly Command[];
}

/** How a command is run, apart from what it is. */
export interface Setting {
  /** User to run as, by `sudo -n -u`; default: the user that logged in. */
  as?: string;
  /** Working directory. */
  directory?: string;
  /** Additional environment; never secrets (they would be in argv). */
  environment?: Readonly<Record<string, string>>;
  /** Ended with SIGTERM, and 5 s later SIGKILL, after this time. */
  timeoutSeconds: number;
}

/** Linux takes no longer single argument, and the whole line is one for the login shell. */
const longestLine = 128 * 1024 - 1;

/**
 * A word as POSIX shells and fish, a login shell like any other, read it back unchanged. Between single quotes a backslash is one to the former and
 * an escape to the latter: so it stands outside of them, as single quotes do. NUL can't be part of an argument and is refused.
 */
export function quote(word: string): string {
  if (word.includes("\0")) throw new Error("a command's word contains a NUL character");
  return `'${word.replace(/['\\]/g, "'\\$&'")}'`;
}

/** The one line that the user's login shell is given for a command; its standard input must be written by `frames.ts`. */
export function render(command: Command, setting: Setting): string {
  if (!(setting.timeoutSeconds > 0)) throw new Error(`a command's time limit must be above 0 s, not ${setting.timeoutSeconds}`);
  const limit = ["timeout", "--kill-after=5", `${setting.timeoutSeconds}`];
  const words = [...sudo(setting), ...bash(lifeline), "lifeline", ...limit, ...surroundings(setting), ...program(command)];
  const line = forAnyShell(`exec ${words.map(quote).join(" ")}`);
  if (Buffer.byteLength(line) > longestLine) throw new Error("a command is longer than 128 KiB, encoded: send its values through stdin");
  return line;
}

/** Encoded, since a csh reads quoted text line by line, and runs what it takes for commands. */
const forAnyShell = (line: string): string =>
  `exec /bin/bash --norc -c 'line=$(printf %s "$0" | base64 -d) && eval "$line"' ${Buffer.from(line).toString("base64")}`;

const bash = (text: string): string[] => ["/bin/bash", "--norc", "-c", text];

const sudo = ({ as }: Setting): string[] => (as === undefined ? [] : ["sudo", "-n", "-H", "-u", as, "--"]);

function surroundings({ directory, environment }: Setting): string[] {
  const variables = Object.entries(environment ?? {}).map(([key, value]) => `${key}=${value}`);
  if (directory === undefined && variables.length === 0) return [];
  return ["env", ...(directory === undefined ? [] : ["-C", directory]), ...variables];
}

function program(command: Command): readonly string[] {
  if ("run" in command) return command.run;
  if ("script" in command) return [...bash(strict(command.script)), "script", ...command.with];
  return bash(strict(shell(command)));
}

const strict = (text: string): string => `set -euo pipefail\n${text}`;

function shell(command: Command): string {
  if ("all" in command) return `{\n${[":", ...command.all.map(shell)].join("\n")}\n}`;
  if ("pipe" in command) return `{\n${command.pipe.map(shell).join(" |\n")}\n}`;
  return program(command).map(quote).join(" ");
}
