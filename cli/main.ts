import { CommanderError } from "commander";
import { DeploymentError } from "../host/errors";
import { plainLines } from "../host/plain";
import { Interrupted } from "./ask";
import { selfhelp } from "./program";

/** Exit codes: 0 done, 1 findings or a failed check, 2 wrong use or config, 130 stopped by Ctrl-C at a question. */
async function main(words: string[]): Promise<number> {
  try {
    await selfhelp().parseAsync(words, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof DeploymentError)) throw error;
    process.stderr.write(`${plainLines(error.message)}\n`);
    return error instanceof Interrupted ? 130 : 2;
  }
}

// Connections to hosts end with the process; what was printed may still be on its way.
void main(process.argv.slice(2)).then((code) => process.stdout.write("", () => process.exit(code)));
