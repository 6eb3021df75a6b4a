import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { Inventory } from "../../provider/handler";
import { type AuditLog, linesIn, readChain } from "./chain";
import { readLog } from "./commands";
import type { DeploymentSeal } from "./contract";
import { deploymentsOf, type RecordedDeployment } from "./deployments";

type LogPlace = Pick<Inventory, "databaseHost" | "site">;

/**
 * The log as its host has it, its chain followed.
 * @param seal the last line that is known of from elsewhere; null: none is
 * @throws HostUnreachable, CommandFailed
 */
export const readAuditLog = async (inventory: LogPlace, seal: DeploymentSeal | null = null): Promise<AuditLog> =>
  readChain(await logText(inventory), seal);

/** Everything that was done, oldest first. @throws HostUnreachable, CommandFailed */
export const recordedDeployments = async (inventory: LogPlace): Promise<RecordedDeployment[]> =>
  deploymentsOf(linesIn(await logText(inventory)));

async function logText(inventory: LogPlace): Promise<string> {
  const onStdout = new PassThrough();
  const options = { as: "root", purpose: "reading the audit log", timeoutSeconds: 60, onStdout };
  const [log] = await Promise.all([text(onStdout), inventory.databaseHost().run(readLog(inventory.site), options)]);
  return log;
}
