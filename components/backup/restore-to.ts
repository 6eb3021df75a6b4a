import type { Secret } from "../../host/secret";
import type { Context } from "../../provider/handler";
import type { SchemaObject } from "./contract";
import type { RestoreOrder } from "./restore-commands";
import { copySchema } from "./copy";
import type { WholeBackup } from "./folder";
import { restore } from "./restore";
import { RestoreFailed } from "./restore-errors";

/** A schema beside the live one, on the same server. */
export interface Destination extends Pick<RestoreOrder, "events" | "definers"> {
  schema: string;
}

/**
 * Restores a stored backup into a schema beside the live one, which isn't touched.
 * @returns what the schema holds
 * @throws RestoreFailed, Cancelled; as `restore`
 */
export async function restoreBeside(
  { manifest }: WholeBackup,
  directory: string,
  { schema, ...how }: Destination,
  identity: Secret,
  context: Context,
): Promise<SchemaObject[]> {
  const { inventory } = context;
  const { databaseSettings } = inventory;
  const wrong = nameProblem(schema, databaseSettings.name, manifest.id);
  if (wrong !== undefined) {
    const [reason, remedy] = wrong;
    throw new RestoreFailed(inventory.databaseHost().name, manifest.id, reason, `Nothing was changed. ${remedy}`, false);
  }
  return restore(
    {
      ...{ manifest, directory, identity, ...how },
      target: { ...databaseSettings, name: schema },
      place: { is: "beside" },
    },
    context,
  );
}

/** What is wrong with a destination's name, and what to do. */
function nameProblem(schema: string, live: string, id: string): [string, string] | undefined {
  if (schema.toLowerCase() === live.toLowerCase())
    return [
      `"${schema}" is the live database`,
      "To bring that back to this backup, with the release that belongs to it: selfhelp rollback --database",
    ];
  if (!/^[A-Za-z0-9_$-]{1,64}$/.test(schema) || /^(mysql|sys|information_schema|performance_schema)$/i.test(schema))
    return [`"${schema}" can't be a schema's name here`, 'Use letters, digits, "_" and "-", for example: --to selfhelp_restored'];
  const { prefix } = copySchema(live, id);
  if (schema.toLowerCase().startsWith(prefix.toLowerCase()))
    return [`schemas that begin with "${prefix}" are copies, which are dropped`, "Name another one."];
  return undefined;
}
