import { execFile } from "node:child_process";
import { DeploymentError } from "../host/errors";

/** Git on the deployer said no, or can't be run. */
export class RepositoryFailed extends DeploymentError {}

const megabyte = 1024 * 1024;

/** Never asks, never reads the user's own settings of pagers or prompts. */
const environment = (): NodeJS.ProcessEnv => ({ ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" });

/** Runs git in a repository; its output as bytes. @throws RepositoryFailed with git's last line */
export function git(directory: string, words: readonly string[], options: { timeoutSeconds?: number; stdin?: string } = {}): Promise<Buffer> {
  const limits = { timeout: (options.timeoutSeconds ?? 60) * 1000, maxBuffer: 256 * megabyte, encoding: "buffer" as const, env: environment() };
  return new Promise((resolve, reject) => {
    const child = execFile("git", ["-C", directory, ...words], limits, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const said = stderr.toString("utf8").trim().split("\n").at(-1) ?? "";
      reject(new RepositoryFailed(`git ${words[0]} in ${directory} failed: ${said === "" ? error.message : said}`));
    });
    child.stdin?.on("error", () => undefined).end(options.stdin ?? "");
  });
}

export const gitText = async (directory: string, words: readonly string[], options?: { timeoutSeconds?: number }): Promise<string> =>
  (await git(directory, words, options)).toString("utf8").trim();
