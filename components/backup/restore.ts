import { PassThrough } from "node:stream";
import { connectDatabase } from "../../database/connect";
import { dialectOf } from "../../database/dialect";
import { Cancelled, CommandFailed, TransferFailed } from "../../host/errors";
import type { Secret } from "../../host/secret";
import type { Context, DatabaseSettings } from "../../provider/handler";
import { UnknownDatabase } from "../migration/errors";
import { readLiveVersion } from "../migration/read-version";
import { isVersion, sameVersion } from "../migration/version";
import { logsAndTrustsNobody } from "./binary-log";
import type { BackupManifest, SchemaObject } from "./contract";
import { sizeOf } from "./errors";
import { isLoopback, roomFactor } from "./make";
import { objectDifferences } from "./objects";
import { optionFile } from "./option-file";
import { restoreArchive, restoreInput, type RestoreOrder, restoreRefusals } from "./restore-commands";
import { RestoreFailed, restoreFailureOf, unseenStanding } from "./restore-errors";
import {
  grantForCopy,
  grantForSchema,
  grantToActForOthers,
  mayActForOthers,
  othersActedFor,
  type Powers,
  statementToMakeFunctions,
} from "./rights";
import { readPowers } from "./survey";

const mostHours = 24;

/** What is restored, and where to. */
export interface Restoration extends Pick<RestoreOrder, "definers" | "events" | "place"> {
  manifest: BackupManifest;
  /** Folder of the backup on the database's host. */
  directory: string;
  /** The server, and as `name` the schema. */
  target: DatabaseSettings;
  /** Marks and empties a live schema; called once the archive is known to be good. */
  empty?: () => Promise<void>;
  /** age's private key, as in its file; it is only ever in the memory of this process and of processes on the host. */
  identity: Secret;
}

/**
 * Restores a backup's archive into a schema, all of it streamed on the host, and compares that with the manifest: every table's rows are counted. The whole
 * archive is read and checked before anything is written. While it is written a marker table stands in the schema; after a failure the schema is as it was
 * before (never a live one), or marked, and can be restored into again.
 * @returns what the schema holds
 * @throws RestoreFailed saying in which state the schema is; Cancelled
 */
export async function restore(restoration: Restoration, context: Context): Promise<SchemaObject[]> {
  const { inventory, signal } = context;
  const host = inventory.databaseHost();
  const order = await orderOf(restoration, context);
  const { target, identity } = restoration;
  const stdin = new PassThrough();
  stdin.write(restoreInput(optionFile(target), identity).reveal());
  const found: SchemaObject[] = [];
  const asked: { differences: string[]; error?: unknown } = { differences: [] };
  const onLine = (line: string): void => {
    showProgress(line, restoration.manifest, context);
    if (line.startsWith("object ")) found.push(JSON.parse(line.slice("object ".length)) as SchemaObject);
    if (line === "empty") void answer(async () => void (await restoration.empty?.()));
    if (line === "look") void answer(async () => (asked.differences = await differencesOf(restoration, found, context)));
  };
  const answer = async (work: () => Promise<unknown>): Promise<void> => {
    await work().catch((error: unknown) => (asked.error = error));
    stdin.write(asked.error === undefined && asked.differences.length === 0 ? "good\n" : "bad\n");
  };
  try {
    const output = await host.run(restoreArchive(order), {
      ...{ as: "root", purpose: `restoring ${order.id} into ${order.schema}`, timeoutSeconds: mostHours * 3600 },
      ...{ stdin, onLine, signal, expectedExitCodes: [0, ...Object.values(restoreRefusals)] },
    });
    if (asked.error !== undefined) throw asked.error;
    if (output.exitCode !== 0) throw restoreFailureOf(host.name, order, output, asked.differences);
    return found;
  } catch (error) {
    const standing = unseenStanding(order);
    if (error instanceof CommandFailed || error instanceof TransferFailed)
      throw new RestoreFailed(host.name, order.id, error.message, standing, true);
    throw error instanceof Cancelled ? new Cancelled(error.purpose, standing) : error;
  } finally {
    stdin.destroy();
  }
}

async function orderOf(restoration: Restoration, context: Context): Promise<RestoreOrder> {
  const { manifest, directory, target, events, place } = restoration;
  const { details, id, sha256, plainSha256 } = manifest;
  const server = await lookAtServer(restoration, context);
  assertMayRestore(restoration, server, context);
  return {
    ...{ directory, id, sha256, plainSha256, schema: target.name, events, place, server: dialectOf(server.server).kind },
    definers: definersFor(restoration, server, context),
    characterSet: details?.characterSet ?? server.characterSet ?? "utf8mb4",
    collation: details?.collation ?? server.collation ?? "utf8mb4_general_ci",
    ca: target.tls?.ca ?? "",
    // What a live schema holds makes room for what comes in its place.
    dataFolder: isLoopback(target.address) && place.is !== "live" ? server.folder : "",
    neededBytes: (details?.storedBytes ?? manifest.plainBytes) * roomFactor,
  };
}

interface Server extends Powers {
  folder: string;
  /** Of the live schema, if it is there. */
  characterSet: string | null;
  collation: string | null;
}

/** Asked without any schema of ours: the live one may be what was lost. */
async function lookAtServer({ target }: Restoration, { inventory }: Context): Promise<Server> {
  const session = await connectDatabase({ ...target, name: "information_schema" }, inventory.databaseHost());
  try {
    const [server] = await session.query<Omit<Server, keyof Powers>>(
      "SELECT @@datadir AS folder, MAX(default_character_set_name) AS characterSet, MAX(default_collation_name) AS collation " +
        "FROM information_schema.schemata WHERE schema_name = ?",
      [inventory.databaseSettings.name],
    );
    return { folder: "", characterSet: null, collation: null, ...server, ...(await readPowers(session)) };
  } finally {
    await session.close();
  }
}

/** Asked before a live database is given up, too. */
function assertMayRestore({ manifest, target, place }: Restoration, powers: Powers, { inventory }: Context): void {
  const { name: schema } = target;
  const refuse = (reason: string, grant?: string): RestoreFailed => {
    const remedy = grant === undefined ? "" : ` As an administrator of the database, run, then start again:\n    ${grant}`;
    return new RestoreFailed(inventory.databaseHost().name, manifest.id, reason, `Nothing was changed.${remedy}`, false);
  };
  const statement = statementToMakeFunctions(powers, manifest.details ?? { objects: [] });
  if (statement !== undefined) throw refuse(`its server ${logsAndTrustsNobody}, unless one runs ${statement}`);
  if (place.is === "live") return;
  const { grants } = powers;
  const grant = place.is === "beside" ? grantForSchema(grants, schema) : grantForCopy(grants, { schema, prefix: place.leftovers });
  if (grant !== undefined) throw refuse(`its user may not make the schema "${schema}"`, grant);
}

function definersFor({ definers, manifest, target }: Restoration, { grants, server }: Server, { warn }: Context): RestoreOrder["definers"] {
  if (definers === "restoring user" || mayActForOthers(grants)) return definers;
  const others = manifest.details === undefined ? ["others"] : othersActedFor(manifest.details.definers, target.user, grants);
  if (others.length > 0)
    warn(
      `routines, views, triggers and events of ${others.join(", ")} will act for ${target.user} in ${target.name}; ` +
        `to keep whom they act for (DEFINER), run before, as an administrator: ${grantToActForOthers(grants, server)}`,
    );
  return "restoring user";
}

/** In words; the version of a copy, too, is read as that of a live database is. */
async function differencesOf(
  { manifest, target, place }: Restoration,
  found: readonly SchemaObject[],
  { inventory }: Pick<Context, "inventory">,
): Promise<string[]> {
  const { details, tables } = manifest;
  const differences =
    details === undefined
      ? objectDifferences(
          tables.map((name) => ({ kind: "table", name })),
          found.filter(({ kind }) => kind === "table"),
        )
      : objectDifferences(details.objects, found);
  if (place.is === "live") return differences; // its version can't be read before its owner's mark is gone
  const version = await versionOf(target, inventory);
  const { databaseVersion: wanted } = manifest;
  const isSame = version === wanted || (isVersion(version) && isVersion(wanted) && sameVersion(version, wanted));
  return isSame ? differences : [...differences, `it is at ${version}, not at ${wanted}`];
}

async function versionOf(target: DatabaseSettings, inventory: Context["inventory"]): Promise<string> {
  const session = await connectDatabase(target, inventory.databaseHost());
  try {
    return (await readLiveVersion(session)).label;
  } catch (error) {
    if (error instanceof UnknownDatabase) return "an unknown version";
    throw error;
  } finally {
    await session.close();
  }
}

function showProgress(line: string, { bytes, id }: BackupManifest, { progress }: Pick<Context, "progress">): void {
  const [, done, what] = /^(\d+) (checked|restored)$/.exec(line) ?? [];
  if (what === "checked") progress(`checking ${id}: ${sizeOf(Number(done))} of ${sizeOf(bytes)}`);
  if (what === "restored") progress(`restoring ${id}: ${sizeOf(Number(done))} of ${sizeOf(bytes)}`);
  if (line === "look") progress(`comparing ${id} with its manifest`);
}
