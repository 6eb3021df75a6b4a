import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { Inventory } from "../../provider/handler";
import { readLog } from "./commands";

/** The log as its host has it. @throws HostUnreachable, CommandFailed */
export async function logOf(inventory: Pick<Inventory, "databaseHost" | "site">): Promise<string> {
  const onStdout = new PassThrough();
  const options = { as: "root", purpose: "reading the audit log", timeoutSeconds: 60, onStdout };
  const [log] = await Promise.all([text(onStdout), inventory.databaseHost().run(readLog(inventory.site), options)]);
  return log;
}
