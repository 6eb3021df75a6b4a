import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { basename, dirname, join } from "node:path";
import { DeploymentError } from "./errors";

/**
 * A socket on the deployer's disk, in a folder that only its user may enter. Its path is the same for everybody of that user who means the same: it becomes
 * part of a stack's state.
 * @param meaning what it leads to, in any words
 */
export const socketPath = (meaning: string): string =>
  join(folderOf(), `${createHash("sha256").update(meaning).digest("hex").slice(0, 16)}.sock`);

const folderOf = (): string => join(tmpdir(), `selfhelp-${userInfo().uid}`);

const pollMilliseconds = 500;

/**
 * Serves connections to a path, as long as this process lives. Several processes may do so for one path (Pulumi starts a plugin twice, and somebody may look at
 * a preview meanwhile): the last one to begin is asked, and when it ends, one of the others.
 * @throws DeploymentError when others could get at the folder
 */
export async function serveSocket(path: string, serve: (socket: Socket) => void): Promise<void> {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  assertPrivate(folder);
  for (const left of readdirSync(folder)) if (isLeft(left)) rmSync(join(folder, left), { force: true });
  const own = `${path}.${process.pid}`;
  const server = createServer({ allowHalfOpen: true }, serve);
  await listening(server, own);
  point(path, own);
  const poll = setInterval(() => takeOver(path, own), pollMilliseconds);
  poll.unref();
  server.unref();
  process.once("exit", () => {
    if (targetOf(path) === basename(own)) rmSync(path, { force: true });
    rmSync(own, { force: true });
  });
}

/** In the place of one that has ended. A folder that somebody has removed meanwhile is no reason to end what else this process does. */
function takeOver(path: string, own: string): void {
  try {
    if (!leadsSomewhere(path)) point(path, own);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function assertPrivate(folder: string): void {
  const { uid, mode } = lstatSync(folder);
  if (lstatSync(folder).isDirectory() && uid === userInfo().uid && (mode & 0o077) === 0) return;
  throw new DeploymentError(
    `${folder} on the deployer isn't its user's alone; nothing was changed. Look what it is, and remove it: rm -r ${folder}`,
  );
}

const listening = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => void server.once("error", reject).listen(path, resolve));

/** A socket whose process was killed: "0123456789abcdef.sock.4711" */
function isLeft(name: string): boolean {
  const id = /\.sock\.(\d+)$/.exec(name)?.[1];
  return id !== undefined && !isAlive(Number(id));
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Atomic: at no moment does the path lead nowhere. */
function point(path: string, own: string): void {
  rmSync(`${own}.link`, { force: true });
  symlinkSync(basename(own), `${own}.link`);
  renameSync(`${own}.link`, path);
}

function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function leadsSomewhere(path: string): boolean {
  const target = targetOf(path);
  return target !== undefined && !isLeft(target);
}
