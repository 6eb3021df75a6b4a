import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { textOf } from "../host/errors";
import { git, gitText, RepositoryFailed } from "./git";

/** Whether a repository is elsewhere: `https://…`, `ssh://…`, `user@host:path`. */
const isRemote = (repository: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(repository) || /^[^/]+:/.test(repository);

/** A repository's address without the credentials that it may carry. */
export const shown = (repository: string): string => repository.replace(/\/\/[^/@]*@/, "//");

/** Folder with a repository as it is right now: a local one itself, a remote one's mirror, just fetched. @throws RepositoryFailed */
export async function freshFolder(repository: string): Promise<string> {
  if (!isRemote(repository)) return localFolder(repository);
  const mirror = mirrorOf(repository);
  try {
    if (existsSync(mirror)) await fetch(mirror);
    else await clone(repository, mirror);
    return mirror;
  } catch (error) {
    throw unreachable(repository, mirror, error);
  }
}

/** Folder of a repository that has a commit; a remote one is fetched only when its mirror doesn't have it yet. @throws RepositoryFailed */
export async function folderWith(repository: string, commit: string): Promise<string> {
  if (!/^[0-9a-f]{40}$/.test(commit)) throw new RepositoryFailed(`"${commit}" isn't a commit's id of 40 digits`);
  const known = isRemote(repository) ? mirrorOf(repository) : repository;
  if (await hasCommit(known, commit)) return known;
  const fetched = await freshFolder(repository);
  if (await hasCommit(fetched, commit)) return fetched;
  throw new RepositoryFailed(`the repository ${shown(repository)} has no commit ${commit}; was it removed by a forced push?`);
}

export const hasCommit = async (folder: string, commit: string): Promise<boolean> =>
  (await gitText(folder, ["cat-file", "-t", commit]).catch(() => "")) === "commit";

async function localFolder(repository: string): Promise<string> {
  await git(repository, ["rev-parse", "--git-dir"]).catch((error: RepositoryFailed) => {
    throw new RepositoryFailed(
      `the repository ${repository} can't be read: ${error.message}.`,
      ` No host was touched. Check selfhelp:repository.`,
    );
  });
  return repository;
}

function mirrorOf(repository: string): string {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "selfhelp-deploy", "repositories");
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  return join(cache, createHash("sha256").update(repository).digest("hex").slice(0, 16));
}

/** Two deployers at once each clone under a name of their own; the first to be ready stays. */
async function clone(repository: string, mirror: string): Promise<void> {
  const own = `${mirror}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    await git("/", ["clone", "--quiet", "--mirror", "--origin=origin", "--", repository, own], { timeoutSeconds: 900 });
    renameSync(own, mirror);
  } catch (error) {
    if (!existsSync(mirror)) throw error;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** Another fetch of the same mirror holds git's lock on a ref for a moment. */
const isLocked = (error: unknown): boolean =>
  error instanceof Error && /cannot lock ref|Unable to create '.*\.lock'|failed to update ref/.test(error.message);

const attempts = 20;

async function fetch(mirror: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await git(mirror, ["fetch", "--quiet", "--prune", "--force", "--no-auto-maintenance", "origin", "+refs/*:refs/*"], {
        timeoutSeconds: 300,
      });
      return;
    } catch (error) {
      if (attempt === attempts || !isLocked(error)) throw error;
      await delay(100 + Math.random() * 200);
    }
  }
}

function unreachable(repository: string, mirror: string, error: unknown): RepositoryFailed {
  const reason = textOf(error).replaceAll(repository, shown(repository));
  return new RepositoryFailed(
    `the repository ${shown(repository)} can't be read: ${reason}.`,
    ` No host was touched. ` +
      `Check selfhelp:repository and this machine's access to it${existsSync(mirror) ? ` (what was fetched before is in ${mirror})` : ""}.`,
  );
}
