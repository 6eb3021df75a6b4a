import { readFileSync } from "node:fs";
import { DeploymentError } from "../../host/errors";
import { Secret } from "../../host/secret";

/** Names the file in the place of `--identity`. */
export const identityVariable = "SELFHELP_BACKUP_IDENTITY";

/** age's private key, from a file of the deployer. @throws DeploymentError when there is none, or it isn't one that a host could use */
export function readIdentity(path: string | undefined): Secret {
  const file = path ?? process.env[identityVariable];
  if (file === undefined || file === "")
    throw new DeploymentError(
      `the private key of the backups is needed: --identity FILE, or ${identityVariable}=FILE. It is the file that age-keygen wrote when selfhelp:backup.recipient was made.`,
    );
  const text = read(file);
  if (/^AGE-SECRET-KEY-1[A-Z0-9]{58}\s*$/m.test(text)) return new Secret(text);
  const isEncrypted = /^(age-encryption\.org|-----BEGIN AGE ENCRYPTED FILE)/.test(text);
  throw new DeploymentError(
    isEncrypted
      ? `${file} is protected by a passphrase, which a host can't ask for: --identity <(age -d ${file})`
      : `${file} is not an age private key: it has no line that begins with AGE-SECRET-KEY-1`,
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new DeploymentError(`the private key can't be read: ${(error as Error).message}`);
  }
}
