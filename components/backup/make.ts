import { CommandFailed, TransferFailed } from "../../host/errors";
import type { Host, Output } from "../../host/host";
import type { Context } from "../../provider/handler";
import { backupInput, makeBackup, refusals, type BackupOrder } from "./commands";
import type { BackupInputs, BackupManifest } from "./contract";
import { BackupFailed, failureOf, RightsMissing } from "./errors";
import { backupId, parseManifest } from "./manifest";
import { optionFile } from "./option-file";
import { missingRights } from "./rights";
import { survey, type Survey } from "./survey";

const mostHours = 12;

/** Makes one backup of the live database. @throws BackupFailed; then there is no trace of it */
export async function make(databaseVersion: string, { recipient, directory }: BackupInputs, context: Context): Promise<BackupManifest> {
  const { inventory, signal } = context;
  const host = inventory.databaseHost();
  const found = await look(context);
  const takenAt = new Date();
  const id = backupId(takenAt, databaseVersion);
  const intended = { id, takenAt: takenAt.toISOString(), verifiedAt: null, databaseVersion, server: found.server, tables: found.tables };
  const { name: schema, tls } = inventory.databaseSettings;
  const order: BackupOrder = { directory, id, recipient, schema, neededBytes: found.dataBytes, ca: tls?.ca ?? "" };
  context.progress(`dumping ${found.tables.length} tables`);
  const output = await explained(host, () =>
    host.run(makeBackup(order), {
      as: "root",
      purpose: `backup of ${databaseVersion}`,
      stdin: backupInput(intended, optionFile(inventory.databaseSettings)),
      timeoutSeconds: mostHours * 3600,
      expectedExitCodes: [0, ...Object.values(refusals)],
      onLine: (line) => void (/^\d+ encrypted$/.test(line) && context.progress(`${(parseInt(line) / 1e6).toFixed(1)} MB so far`)),
      signal,
    }),
  );
  if (output.exitCode !== 0) throw failureOf(host.name, order, output);
  const manifest = parseManifest(output.stdout.trim().split("\n").at(-1) ?? "");
  if (manifest === undefined)
    throw new BackupFailed(host.name, `it did not say what it wrote to ${directory}`, "Look there, then start again.");
  return manifest;
}

async function explained(host: Host, work: () => Promise<Output>): Promise<Output> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommandFailed || error instanceof TransferFailed)
      throw new BackupFailed(host.name, error.message, "When the cause is gone, start again.");
    throw error;
  }
}

async function look(context: Context): Promise<Survey> {
  const database = await context.inventory.database();
  const found = await survey(database);
  const missing = missingRights(found.grants, database.schema, found.unreadableRoutines, found.server);
  if (missing.length > 0) throw new RightsMissing(context.inventory.databaseHost().name, missing);
  if (found.unfrozen.length > 0)
    context.warn(
      `the backup does not see these tables at one moment, since their engine has no transactions: ${found.unfrozen.join(", ")}`,
    );
  return found;
}
