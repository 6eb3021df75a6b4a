import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { textOf } from "../../host/errors";
import type { StackConfig } from "./config";
import type { Problem } from "./config-problems";

/** What the config names on the deployer's own disk, read. */
export interface DeployerFiles {
  /** Private keys by the path in the config. */
  keys: Record<string, string>;
  /** PEM text of `database.tls.caPath`. */
  databaseCa?: string;
  /** PEM text of `rehearsal.database.tls.caPath`. */
  rehearsalCa?: string;
}

/** A path of the config as the deployer's file system knows it: `~/` is its user's home, relative is relative to the Pulumi program. */
export const deployerPath = (path: string): string => (path.startsWith("~/") ? resolve(homedir(), path.slice(2)) : resolve(path));

/** A repository: a path is made absolute, an address stays as it is. */
export const repositoryAddress = (repository: string): string =>
  /^[a-z][a-z0-9+.-]*:\/\//.test(repository) || /^[^/]+@?[^/]*:/.test(repository) ? repository : deployerPath(repository);

/** @returns the files' contents, or a problem for each that can't be read */
export function readDeployerFiles(config: StackConfig): { files: DeployerFiles } | { problems: Problem[] } {
  const problems: Problem[] = [];
  const read = (key: string, path: string): string => {
    try {
      return readFileSync(deployerPath(path), "utf8");
    } catch (error) {
      problems.push({ key, reason: `can't be read: ${textOf(error)}` });
      return "";
    }
  };
  const files: DeployerFiles = { keys: {} };
  config.hosts.forEach(({ privateKeyPath, jump }, index) => {
    if (privateKeyPath !== undefined) files.keys[privateKeyPath] = read(`selfhelp:hosts[${index}].privateKeyPath`, privateKeyPath);
    if (jump?.privateKeyPath !== undefined)
      files.keys[jump.privateKeyPath] = read(`selfhelp:hosts[${index}].jump.privateKeyPath`, jump.privateKeyPath);
  });
  if (config.database.tls !== undefined) files.databaseCa = read("selfhelp:database.tls.caPath", config.database.tls.caPath);
  const { tls } = config.rehearsal.database ?? {};
  if (tls !== undefined) files.rehearsalCa = read("selfhelp:rehearsal.database.tls.caPath", tls.caPath);
  return problems.length > 0 ? { problems } : { files };
}
