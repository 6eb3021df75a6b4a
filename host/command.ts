/**
 * What is said to a host, as data. The rooms' `commands.ts` build it, `render` alone turns it into shell text,
 * `Host.run` alone sends it. Secrets are not part of a command: they go through `RunOptions.stdin`.
 */
export type Command = Run | Script | All | Pipe;

/** One program with its arguments; each word arrives as it is, whatever characters it has. */
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

const bash = (text: string): string => `/bin/bash -c ${quote(`set -euo pipefail\n${text}`)}`;

/** A word as POSIX shells read it back unchanged. NUL can't be part of an argument and is refused. */
export function quote(word: string): string {
  if (word.includes("\0")) throw new Error("a command's word contains a NUL character");
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The one line that a login shell of any kind is given for a command. */
export function render(command: Command, setting: Setting): string {
  const words = ["timeout", "--kill-after=5", `${setting.timeoutSeconds}`].map(quote);
  if (setting.as !== undefined) words.unshift("sudo", "-n", "-u", quote(setting.as), "--");
  const environment = Object.entries(setting.environment ?? {}).map(([key, value]) => quote(`${key}=${value}`));
  if (environment.length > 0) words.push("env", ...environment);
  const enter = setting.directory === undefined ? "" : `cd -- ${quote(setting.directory)}\n`;
  return [...words, bash(enter + shell(command))].join(" ");
}

function shell(command: Command): string {
  if ("run" in command) return command.run.map(quote).join(" ");
  if ("script" in command) return [bash(command.script), quote("script"), ...command.with.map(quote)].join(" ");
  if ("all" in command) return command.all.map(shell).join("\n");
  return command.pipe.map(shell).join(" | ");
}
