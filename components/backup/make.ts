import { connectDatabase } from "../../database/connect";
import { CommandFailed, TransferFailed } from "../../host/errors";
import type { Host, Output } from "../../host/host";
import type { Secret } from "../../host/secret";
import type { Context, DatabaseSettings, Inventory } from "../../provider/handler";
import { backupInput, type BackupOrder, type CopyOrder, makeBackup, refusals } from "./commands";
import type { BackupInputs, BackupManifest } from "./contract";
import { copySchema } from "./copy";
import { BackupFailed, CopyRefused, failureOf, RightsMissing } from "./errors";
import { backupId, type Intended, readManifest } from "./manifest";
import { optionFile } from "./option-file";
import { passingKey } from "./passing-key";
import { type CopySchema, grantForCopy, missingRights } from "./rights";
import { readGrants, survey, type Survey } from "./survey";

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
}

/** Makes one backup of the live database, and proves it by restoring it. @throws BackupFailed; then there is no trace of it */
export async function make(request: BackupRequest, context: Context): Promise<Made> {
  const { inventory, signal } = context;
  const { version: databaseVersion, verify } = request;
  const key = passingKey();
  const host = inventory.databaseHost();
  const takenAt = new Date();
  const id = backupId(takenAt, databaseVersion);
  const { copySettings, databaseSettings, dumpSettings } = inventory;
  const place = copySchema(databaseSettings.name, id);
  const found = await look(context, verify ? place : undefined);
  const intended = intendedOf(id, takenAt, request, found, databaseSettings);
  const order: BackupOrder = {
    directory: request.directory,
    id,
    recipient: request.recipient,
    schema: databaseSettings.name,
    neededBytes: found.dataBytes,
    ca: databaseSettings.tls?.ca ?? "",
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
      onLine: (line) => showProgress(line, context),
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
  const { server, tables, characterSet, collation, dataBytes, indexBytes, definers } = found;
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

function showProgress(line: string, context: Context): void {
  if (/^\d+ encrypted$/.test(line)) context.progress(`${(parseInt(line) / 1e6).toFixed(1)} MB so far`);
  if (line === "restoring") context.progress("restoring it into a copy, to prove it");
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

async function look({ inventory, warn }: Context, copy: CopySchema | undefined): Promise<Survey> {
  const found = await surveyAsDumped(inventory);
  const host = inventory.databaseHost().name;
  const missing = missingRights(found.grants, inventory.databaseSettings.name, found.unreadableRoutines, found.server);
  if (missing.length > 0) throw new RightsMissing(host, missing);
  const grant = copy === undefined ? undefined : grantForCopy(await grantsForCopies(found, inventory), copy);
  if (grant !== undefined) throw new CopyRefused(host, grant, inventory.copySettings.key);
  if (found.unfrozen.length > 0)
    warn(`the backup does not see these tables at one moment, since their engine has no transactions: ${found.unfrozen.join(", ")}`);
  if (found.versioned.length > 0)
    warn(`the backup has these tables' rows as they are now, without their history: ${found.versioned.join(", ")}`);
  if (found.lostDefaults.length > 0)
    warn(
      `the backup has "?" in the place of characters of four bytes in these columns' defaults, since the server tells them so: ` +
        `${found.lostDefaults.map(({ column, value }) => `${column} ('${value}')`).join(", ")}; after a restore, set them again: ALTER TABLE … ALTER … SET DEFAULT '…'`,
    );
  return found;
}

/** As the dump's own user sees it. @throws DatabaseUnreachable, AccessDenied */
async function surveyAsDumped({ dumpSettings, databaseSettings, databaseHost, database }: Inventory): Promise<Survey> {
  if (dumpSettings === databaseSettings) return survey(await database());
  const session = await connectDatabase(dumpSettings, databaseHost());
  return survey(session).finally(() => session.close());
}

/** What the user of the copies may do there: asked before a dump, which may take long. @throws DatabaseUnreachable, AccessDenied */
async function grantsForCopies({ grants }: Survey, { copySettings, dumpSettings, databaseHost }: Inventory): Promise<string[]> {
  if (copySettings === dumpSettings) return grants;
  const server = await connectDatabase({ ...copySettings, name: "information_schema" }, databaseHost());
  return readGrants(server).finally(() => server.close());
}
