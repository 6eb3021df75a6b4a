import { dialectOf } from "../../database/dialect";
import { CommandFailed, TransferFailed } from "../../host/errors";
import type { Host, Output } from "../../host/host";
import type { Secret } from "../../host/secret";
import type { Context, DatabaseSettings } from "../../provider/handler";
import { backupInput, type BackupOrder, type CopyOrder, makeBackup, refusals } from "./commands";
import type { BackupInputs, BackupManifest } from "./contract";
import { copySchema } from "./copy";
import { BackupFailed, failureOf } from "./errors";
import { look, withoutHistory } from "./look";
import { backupId, type Intended, readManifest } from "./manifest";
import { optionFile } from "./option-file";
import { passingKey } from "./passing-key";
import type { CopySchema } from "./rights";
import type { Survey } from "./survey";

const mostHours = 12;

/** A backup, and the schema of its copy if that stayed. */
export interface Made {
  manifest: BackupManifest;
  /** Opens it, too, as long as this run remembers it. */
  key: Secret;
  copy: string | null;
}

/** Of what, where to, and what becomes of its copy. */
export interface BackupRequest extends Pick<BackupInputs, "version" | "commits" | "recipient" | "directory" | "verify"> {
  copyStays: boolean;
  /** As `Sight.isGivenUp`. */
  isGivenUp: boolean;
}

/** Makes one backup of the live database, and proves it by restoring it. @throws BackupFailed; then there is no trace of it */
export async function make(request: BackupRequest, context: Context): Promise<Made> {
  const { inventory, signal } = context;
  const { version: databaseVersion, verify, isGivenUp } = request;
  const key = passingKey();
  const host = inventory.databaseHost();
  const takenAt = new Date();
  const id = backupId(takenAt, databaseVersion);
  const { copySettings, databaseSettings, dumpSettings } = inventory;
  const place = copySchema(databaseSettings.name, id);
  const found = await look(context, { copy: verify ? place : undefined, isGivenUp });
  const intended = intendedOf(id, takenAt, request, found, databaseSettings);
  const { kind: server } = dialectOf(found.server);
  const order: BackupOrder = {
    directory: request.directory,
    id,
    recipient: request.recipient,
    schema: databaseSettings.name,
    server,
    generated: found.generated,
    neededBytes: found.dataBytes,
    ca: databaseSettings.tls?.ca ?? "",
    leftOut: found.unreadable.map(({ name }) => name),
    withHistory: found.tellsHistory,
    withPosition: found.binaryLog.isOn && server === "mariadb",
    copy: verify ? copyOrder(place, request.copyStays, found, copySettings) : undefined,
  };
  context.progress(`dumping ${found.tables.length} tables`);
  const output = await explained(host, () =>
    host.run(makeBackup(order), {
      as: "root",
      purpose: `backup of ${databaseVersion}`,
      stdin: backupInput(intended, found.objects, optionFile(dumpSettings), optionFile(copySettings), key),
      timeoutSeconds: mostHours * 3600,
      expectedExitCodes: [0, ...Object.values(refusals)],
      onLine: (line) => showProgress(line, found, context),
      signal,
    }),
  );
  if (output.exitCode !== 0) throw failureOf(host.name, order, output);
  const manifest = readManifest(output.stdout.trim().split("\n").at(-1) ?? "");
  if ("problem" in manifest)
    throw new BackupFailed(
      host.name,
      `it did not say what it wrote to ${order.directory} (${manifest.problem})`,
      "Look there, then start again.",
    );
  return { manifest, key, copy: order.copy?.stays === true ? order.copy.schema : null };
}

function intendedOf(id: string, takenAt: Date, request: BackupRequest, found: Survey, settings: DatabaseSettings): Intended {
  const { server, tables, characterSet, collation, dataBytes, indexBytes, definers, undeclared } = found;
  return {
    id,
    takenAt: takenAt.toISOString(),
    verifiedAt: null,
    databaseVersion: request.version,
    ...{ server, tables, database: settings.name, characterSet, collation },
    address: `${settings.address}:${settings.port}, over ${settings.over}`,
    storedBytes: dataBytes + indexBytes,
    commits: request.commits,
    definers,
    undeclared,
  };
}

/** Restored, a database is as large again, and needs room for what it does meanwhile. */
export const roomFactor = 1.5;

function copyOrder(place: CopySchema, stays: boolean, found: Survey, { address, tls }: DatabaseSettings): CopyOrder {
  const { characterSet, collation, dataBytes, indexBytes, dataFolder } = found;
  return {
    ...{ ...place, stays, characterSet, collation, ca: tls?.ca ?? "" },
    dataFolder: isLoopback(address) ? dataFolder : "",
    neededBytes: (dataBytes + indexBytes) * roomFactor,
  };
}

/** Whether a server is on the very host that it is reached over. */
export const isLoopback = (address: string): boolean => /^(localhost|127\.[\d.]+|::1)$/.test(address);

function showProgress(line: string, { versioned }: Survey, context: Context): void {
  if (/^\d+ encrypted$/.test(line)) context.progress(`${(parseInt(line) / 1e6).toFixed(1)} MB so far`);
  if (line === "restoring") context.progress("restoring it into a copy, to prove it");
  if (line === "without history") context.warn(`${withoutHistory}: ${versioned.join(", ")}; a newer mariadb-client on that host keeps it`);
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
