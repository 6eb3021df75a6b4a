import { connectDatabase } from "../../database/connect";
import type { Database } from "../../database/database";
import type { Context } from "../../provider/handler";
import type { Durations } from "../migration/contract";
import { bounded } from "../migration/durations";
import { planMigration, type Sources } from "../migration/plan";
import { readLiveVersion } from "../migration/read-version";
import { runSteps } from "../migration/run";
import { checksums, readSchema } from "../migration/schema";
import type { RehearsalInputs } from "./contract";
import { RehearsalFailed, rehearsalFailure } from "./errors";
import { assertStaysInside } from "./outside";

/** What a rehearsal tells. */
export interface Rehearsed {
  /** A checksum for each object of the schema that it led to; null when the copy's server writes schemas differently from the live one. */
  schema: Record<string, string> | null;
  durations: Durations;
  /** What all scripts took. */
  milliseconds: number;
}

/**
 * Runs what is pending on a copy, which is gone afterwards, however it ends.
 * @throws RehearsalFailed; the live database was not touched
 */
export async function rehearse(
  liveLabel: string,
  copy: string,
  wanted: RehearsalInputs,
  sources: Sources,
  context: Context,
): Promise<Rehearsed> {
  const { inventory } = context;
  const { copySettings, databaseSettings } = inventory;
  const settings = { ...copySettings, name: copy };
  const over = inventory.databaseHost();
  const database = await connectDatabase(settings, over, "several questions");
  const open = () => connectDatabase(settings, over, "several statements");
  try {
    const found = await readLiveVersion(database);
    if (found.label !== liveLabel)
      throw new RehearsalFailed(`the copy is at ${found.label}, the live database at ${liveLabel}`, "Type: pulumi up.");
    const { steps } = planMigration(found, wanted, sources);
    const surroundings = { isLive: await isSameServer(database, context), beside: await schemasBeside(database) };
    assertStaysInside(steps, await readSchema(database), surroundings);
    const { commit, session } = wanted;
    const began = performance.now();
    const durations = await runSteps(steps, { database, open, plannedFrom: found.label, backup: null, commit, settings: session, context });
    const milliseconds = performance.now() - began;
    const schema = (await isLikeLive(database, context)) ? checksums(await readSchema(database)) : null;
    return { schema, durations: bounded(durations), milliseconds };
  } catch (error) {
    throw rehearsalFailure(error, databaseSettings.name, liveLabel);
  } finally {
    await database
      .query("DROP DATABASE ??", [copy])
      .catch((error: Error) => context.warn(`the copy ${copy} could not be dropped (${error.message}); the next backup does that`));
    await database.close();
  }
}

/** Whatever the settings say: two users, or two addresses, may mean one server. */
async function isSameServer(copy: Database, { inventory }: Context): Promise<boolean> {
  const identityOf = async (database: Database): Promise<string | undefined> =>
    (await database.query<{ server: string }>("SELECT CONCAT_WS('|', @@hostname, @@port, @@datadir, @@server_id) AS server"))[0]?.server;
  return (await identityOf(copy)) === (await identityOf(await inventory.database()));
}

/** The live one if it is there, and others that the user can see. */
async function schemasBeside({ query, schema }: Database): Promise<string[]> {
  const rows = await query<{ name: string }>(
    "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name NOT IN (?, 'information_schema', 'performance_schema')",
    [schema],
  );
  return rows.map(({ name }) => name);
}

/** Another version of the server may write the same schema differently. */
async function isLikeLive(copy: Database, { inventory, warn }: Context): Promise<boolean> {
  const versionOf = async (database: Database): Promise<string | undefined> =>
    (await database.query<{ version: string }>("SELECT VERSION() AS version"))[0]?.version;
  const [ofCopy, ofLive] = [await versionOf(copy), await versionOf(await inventory.database())];
  if (ofCopy !== ofLive) warn(`rehearsed on ${ofCopy}, the live server is ${ofLive}: their schemas are not compared afterwards`);
  return ofCopy === ofLive;
}
