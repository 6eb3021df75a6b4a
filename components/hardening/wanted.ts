import { isSharedFile } from "../release/shared";
import type { PermissionsConfig } from "./config";
import type { WantedPermissions } from "./contract";

/** What the config says about files, of a site whose releases share `shared`. */
export function wantedPermissions(
  { writable, secrets, developmentFiles }: Omit<PermissionsConfig, "enabled">,
  shared: readonly string[],
  backupDirectory: string,
): WantedPermissions {
  const folders = shared.filter((path) => !isSharedFile(path));
  const data = folders.filter((folder) => !secrets.some((pattern) => pattern.startsWith(`${folder}/`)));
  const all = outermost(writable ?? ["var", ...data]);
  return {
    writable: all,
    sharedWritable: outermost([...inAny(folders, all), ...inAny(all, folders)]),
    ...{ secrets, developmentFiles, backupDirectory },
  };
}

/** The folders that secrets are in, as patterns; the top of a release is none. */
export const foldersOf = (secrets: readonly string[]): string[] => [
  ...new Set(secrets.filter((pattern) => pattern.includes("/")).map((pattern) => pattern.slice(0, pattern.lastIndexOf("/")))),
];

const outermost = (paths: readonly string[]): string[] =>
  [...new Set(paths)].filter((path) => !paths.some((other) => other !== path && isWithin(path, other)));

const inAny = (paths: readonly string[], folders: readonly string[]): string[] =>
  paths.filter((path) => folders.some((folder) => isWithin(path, folder)));

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
