import { execFile } from "node:child_process";
import { DeploymentError } from "../host/errors";

/** Git on the deployer said no, or can't be run. */
export class RepositoryFailed extends DeploymentError {
  constructor(
    /** What is wrong, alone. */
    readonly problem: string,
    /** What a deployer may do; elsewhere it may be another thing. */
    advice = "",
  ) {
    super(`${problem}${advice}`);
  }
}

/** What is kept of a command's output, in bytes; more is an error. */
const outputLimit = 256 * 1024 * 1024;

/** Of a calling git (a hook), which would point at another repository than the one that is meant. */
const foreign = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_NAMESPACE",
];

/** For every git: never asks for anything, says things in English, leaves the user's clones alone, and reads each object itself, not what replaces it there. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.includes(name)));
  const silent = { GIT_TERMINAL_PROMPT: "0", GIT_ASKPASS: "false", SSH_ASKPASS: "false", SSH_ASKPASS_REQUIRE: "force" };
  return { ...own, ...silent, GIT_OPTIONAL_LOCKS: "0", GIT_NO_REPLACE_OBJECTS: "1", LC_ALL: "C" };
}

export interface GitOptions {
  /** Default: 60 */
  timeoutSeconds?: number;
  stdin?: string;
}

/** Runs git in a repository; its output as bytes. @throws RepositoryFailed with what git said */
export function git(directory: string, words: readonly string[], { timeoutSeconds = 60, stdin = "" }: GitOptions = {}): Promise<Buffer> {
  const limits = { timeout: timeoutSeconds * 1000, maxBuffer: outputLimit, encoding: "buffer" as const, env: gitEnvironment() };
  return new Promise((resolve, reject) => {
    const child = execFile("git", ["-C", directory, ...words], limits, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const reason =
        error.killed === true ? `took longer than ${timeoutSeconds} s, or said too much` : reasonOf(error, stderr.toString("utf8"));
      reject(new RepositoryFailed(`git ${words[0]} in ${directory} failed: ${reason}`));
    });
    child.stdin?.on("error", () => undefined).end(stdin);
  });
}

export const gitText = async (directory: string, words: readonly string[], options?: GitOptions): Promise<string> =>
  (await git(directory, words, options)).toString("utf8").trim();

/** Git's own complaint, without the advice around it; that of ssh stands before git's. */
export function reasonOf(error: { code?: unknown; message: string } | undefined, stderr: string): string {
  if (error?.code === "ENOENT") return "git isn't installed on this machine";
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const last = lines.findIndex((line) => /^(fatal|error): /.test(line));
  return (last === -1 ? lines.slice(-3) : lines.slice(Math.max(0, last - 2), last + 1)).join("; ") || "it said nothing";
}
