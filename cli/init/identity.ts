import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { deployerPath } from "../../components/deployment/deployer";
import { DeploymentError, textOf } from "../../host/errors";

const run = promisify(execFile);

/** The public half of the key pair in a file of this machine, which is made where it isn't there. @throws DeploymentError */
export async function recipientOf(identityPath: string): Promise<{ recipient: string; isNew: boolean }> {
  const file = deployerPath(identityPath);
  const isNew = !existsSync(file);
  try {
    if (isNew) await run("age-keygen", ["-o", file], { timeout: 10_000 });
    const { stdout } = await run("age-keygen", ["-y", file], { timeout: 10_000 });
    return { recipient: stdout.trim(), isNew };
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new DeploymentError(
      `the key pair for backups, ${file}: ${isAbsent ? "age-keygen isn't there: apt-get install age" : textOf(error)}. Nothing was written.`,
    );
  }
}
