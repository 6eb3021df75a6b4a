import { execFile, spawn } from "node:child_process";
import { DeploymentError } from "../host/errors";

const longestSeconds = 60;
const notThere = "the Pulumi CLI isn't there: npm run setup";

/** `--stack NAME`; nothing for the selected one. */
export const stackWords = (name: string | undefined): string[] => (name === undefined ? [] : ["--stack", name]);

/** Its name, or that of the selected one. @throws DeploymentError when none is selected */
export const stackNameOf = async (name: string | undefined): Promise<string> =>
  name ?? (await askPulumi(["stack", "--show-name"], "the selected stack's name can't be read")).trim();

/** Runs the Pulumi CLI in this folder. @returns what it printed @throws DeploymentError with its last words */
export function askPulumi(words: readonly string[], what: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const limits = { timeout: longestSeconds * 1000, maxBuffer: 16 * 1024 * 1024 };
    execFile("pulumi", [...words, "--non-interactive"], limits, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const said = stderr
        .trim()
        .split("\n")
        .filter((line) => !line.startsWith("warning:"))
        .slice(-3)
        .join("; ");
      const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? notThere : said || error.message;
      reject(new DeploymentError(`${what}: ${reason}`));
    });
  });
}

/** Runs it in front of whoever sits here, who may be asked, and may stop it with Ctrl-C. @param action what the audit log calls it @returns its exit code */
export function showPulumi(words: readonly string[], action: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const passed = (): void => undefined; // Ctrl-C reaches it as well, and it ends in its own time
    process.on("SIGINT", passed);
    const child = spawn("pulumi", words, { stdio: "inherit", env: { ...process.env, SELFHELP_ACTION: action } });
    child.once("error", (error: NodeJS.ErrnoException) =>
      reject(new DeploymentError(error.code === "ENOENT" ? notThere : `pulumi ${words[0]}: ${error.message}`)),
    );
    child.once("close", (code) => {
      process.off("SIGINT", passed);
      resolve(code ?? 1);
    });
  });
}
