import type { Context } from "../../provider/handler";
import { DeploymentError } from "../../host/errors";
import { isOf, isWhole } from "../backup/folder";
import { readFolder } from "../backup/read-folder";
import { copySchema } from "../backup/copy";
import { grantForCopy, missingRights } from "../backup/rights";
import { survey } from "../backup/survey";
import type { StackConfig } from "../deployment/config";
import type { Target } from "../migration/contract";
import { MigrationRefused } from "../migration/errors";
import { readLiveDatabase } from "../migration/live";
import { planMigration } from "../migration/plan";
import { type Box, failed, type Judged, ok, warning } from "./contract";
import { backupBox } from "./judge";
import { look } from "./look";

/** @param target null: the release's scripts could not be read, which another box tells */
export const lookAtDatabase = (config: StackConfig, target: Target | null, context: Context): Promise<Box[]> =>
  Promise.all([
    look("privileges in the database", () => privilegesBox(config, context)),
    look("backups", () => backupsBox(config, context)),
    ...(target === null ? [] : [look("migration scripts", () => scriptsBox(target, context))]),
  ]);

/** The right to a copy is the same for each. */
const anyBackup = "20260101T000000Z-v1";

/** Whether this tool's account may do all that a deployment needs of it. */
async function privilegesBox({ backup, rehearsal }: StackConfig, { inventory }: Context): Promise<Judged> {
  const database = await inventory.database();
  const { grants, unreadableRoutines, server } = await survey(database);
  const missing = missingRights(grants, database.schema, unreadableRoutines, server).map(({ of, grant }) => `for ${of}: ${grant}`);
  const isBeside = backup.verify && rehearsal.database === undefined;
  const forCopy = isBeside ? grantForCopy(grants, copySchema(database.schema, anyBackup)) : undefined;
  const all = [...missing, ...(forCopy === undefined ? [] : [`to prove a backup by restoring it: ${forCopy}`])];
  return all.length === 0 ? ok("all that a deployment needs") : failed(`lacks, as an administrator would give it:\n${all.join("\n")}`);
}

async function backupsBox({ backup, database, preflight }: StackConfig, { inventory }: Context): Promise<Judged> {
  const stored = await readFolder(backup.directory ?? inventory.site.backups, inventory.databaseHost());
  const newest = stored.filter(isWhole).find((one) => isOf(database.name, one));
  return backupBox(newest === undefined ? null : newest.manifest, preflight.backupHours, Date.now());
}

/** The very plan that a preview makes: whether there is a way from the live version, and what the lint finds on it. */
async function scriptsBox(target: Target, context: Context): Promise<Judged> {
  const { found, sources } = await readLiveDatabase(target, context);
  try {
    const { change, findings } = planMigration(found, target, sources);
    if (findings.length === 0) return ok(change);
    return warning([`${change}; look at this, and accept it in selfhelp:acknowledge:`, ...findings].join("\n"));
  } catch (error) {
    if (error instanceof MigrationRefused || error instanceof DeploymentError) return failed(error.message);
    throw error;
  }
}
