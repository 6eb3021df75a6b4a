import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { git, RepositoryFailed } from "./git";

/** Whether a repository is elsewhere: `https://…`, `ssh://…`, `user@host:path`. */
export const isRemote = (repository: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//.test(repository) || /^[^/]+:/.test(repository);

/** Folder that git commands about a repository are run in; a remote one's mirror must have been fetched once. */
export const folderOf = (repository: string): string => (isRemote(repository) ? mirrorOf(repository) : repository);

function mirrorOf(repository: string): string {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "selfhelp-deploy", "repositories");
  mkdirSync(cache, { recursive: true });
  return join(cache, createHash("sha256").update(repository).digest("hex").slice(0, 16));
}

/** Brings a remote repository's mirror up to date; a local one needs nothing. @throws RepositoryFailed */
export async function refresh(repository: string): Promise<void> {
  if (!isRemote(repository)) return;
  const mirror = mirrorOf(repository);
  try {
    if (existsSync(mirror)) await git(mirror, ["fetch", "--quiet", "--prune", "--tags", "--force", "origin"], { timeoutSeconds: 300 });
    else await clone(repository, mirror);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RepositoryFailed(
      `the repository ${withoutPassword(repository)} can't be read: ${reason.replaceAll(repository, withoutPassword(repository))}. ` +
        `No host was contacted. Check selfhelp:repository and this machine's access to it.`,
    );
  }
}

/** Two deployers at once each clone under a name of their own; the first to be ready stays. */
async function clone(repository: string, mirror: string): Promise<void> {
  const own = `${mirror}.${randomBytes(4).toString("hex")}`;
  try {
    await git("/", ["clone", "--quiet", "--mirror", "--", repository, own], { timeoutSeconds: 900 });
    if (!existsSync(mirror)) renameSync(own, mirror);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

const withoutPassword = (repository: string): string => repository.replace(/\/\/[^/@]*@/, "//");
