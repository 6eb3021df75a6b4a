import { Writable } from "node:stream";
import type { Host } from "../../host/host";
import { listFolder } from "./folder-commands";
import { parseFolder, type StoredBackup } from "./folder";

/** What is in a folder of backups, newest first; nothing when it isn't there. Only reads. */
export async function readFolder(directory: string, host: Host): Promise<StoredBackup[]> {
  const chunks: Buffer[] = [];
  const onStdout = new Writable({ write: (chunk: Buffer, _encoding, done) => (chunks.push(chunk), done()) });
  onStdout.on("error", () => undefined); // the run tells it
  await host.run(listFolder(directory), { as: "root", purpose: "reading the backups", timeoutSeconds: 60, onStdout });
  return parseFolder(Buffer.concat(chunks).toString("utf8"));
}
