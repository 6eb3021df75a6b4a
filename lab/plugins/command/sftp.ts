import { readdirSync, readFileSync, statSync } from "node:fs";
import { posix } from "node:path";
import { type Client, type SFTPWrapper, type Stats, utils } from "ssh2";
import { type Caller, type Connection, withConnection } from "./connection";

type Content = { file: string } | { text: string };

/** Opens a connection for the transfer of files, gives it to `use`, and closes it whatever happens. */
export const withSftp = (connection: Connection, caller: Caller, use: (sftp: SFTPWrapper) => Promise<void>): Promise<void> =>
  withConnection(connection, caller, async (client) => use(await opened(client)));

const opened = (client: Client): Promise<SFTPWrapper> =>
  new Promise((resolve, reject) => client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp))));

/** Writes one remote file. */
export async function writeFile(sftp: SFTPWrapper, content: Content, remote: string): Promise<void> {
  const bytes = "file" in content ? readFileSync(content.file) : Buffer.from(content.text);
  await attempt(`failed to create remote file ${remote}`, (done) => sftp.writeFile(remote, bytes, done));
}

/** Writes text to a remote file, whose folders are made. */
export async function copyText(sftp: SFTPWrapper, text: string, remote: string): Promise<void> {
  if ((await stat(sftp, remote))?.isDirectory()) {
    throw new Error(`remote path ${remote} is a directory; when using a text asset, remotePath must be a file path`);
  }
  await makeFolder(sftp, posix.dirname(remote));
  await writeFile(sftp, { text }, remote);
}

/**
 * Copies a local file or folder. A file goes into a remote folder that exists, else becomes the remote path.
 * A folder goes into the remote path; with a slash at its end only what is in it does.
 */
export async function copyPath(sftp: SFTPWrapper, local: string, remote: string): Promise<void> {
  const there = await stat(sftp, remote);
  if (!statSync(local).isDirectory()) {
    if (there === undefined) await makeFolder(sftp, posix.dirname(remote));
    return writeFile(sftp, { file: local }, there?.isDirectory() ? posix.join(remote, posix.basename(local)) : remote);
  }
  await copyFolder(sftp, local, local.endsWith("/") ? remote : posix.join(remote, posix.basename(local)));
}

async function copyFolder(sftp: SFTPWrapper, local: string, remote: string): Promise<void> {
  await makeFolder(sftp, remote);
  for (const name of readdirSync(local)) {
    const [from, to] = [posix.join(local, name), posix.join(remote, name)];
    if (statSync(from).isDirectory()) await copyFolder(sftp, from, to);
    else await writeFile(sftp, { file: from }, to);
  }
}

async function makeFolder(sftp: SFTPWrapper, remote: string): Promise<void> {
  const there = await stat(sftp, remote);
  if (there?.isDirectory()) return;
  if (there !== undefined) throw new Error(`remote path ${remote} exists but is not a directory`);
  await makeFolder(sftp, posix.dirname(remote));
  await attempt(`failed to create remote directory ${remote}`, (done) => sftp.mkdir(remote, done));
}

function stat(sftp: SFTPWrapper, remote: string): Promise<Stats | undefined> {
  return new Promise((resolve, reject) =>
    sftp.stat(remote, (error, stats) => {
      if (!error) return resolve(stats);
      if ((error as { code?: number }).code === utils.sftp.STATUS_CODE.NO_SUCH_FILE) return resolve(undefined);
      reject(new Error(`failed to stat remote path ${remote}: ${error.message}`));
    }),
  );
}

const attempt = (what: string, act: (done: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => act((error) => (error ? reject(new Error(`${what}: ${error.message}`)) : resolve())));
