import { connectDatabase } from "../../database/connect";
import { readGrants } from "../../database/grants";
import type { Context, Inventory } from "../../provider/handler";
import { CopyRefused, FunctionsRefused, RightsMissing, ViewsBroken } from "./errors";
import {
  type CopySchema,
  grantForCopy,
  grantToActForOthers,
  missingRights,
  othersActedFor,
  type Powers,
  statementToMakeFunctions,
} from "./rights";
import { readPowers, survey, type Survey } from "./survey";

/** What a backup is of, as far as that matters before it is made. */
export interface Sight {
  /** Where it is to be restored; undefined: it is not. */
  copy: CopySchema | undefined;
  /** Whether the database is given up, so that what can't be dumped is left out rather than a reason to stop. */
  isGivenUp: boolean;
}

/** Looks at the database that is to be dumped, and warns of what a dump doesn't keep. @throws BackupFailed for what makes a complete and proven one impossible */
export async function look(context: Context, { copy, isGivenUp }: Sight): Promise<Survey> {
  const { inventory } = context;
  const found = await surveyAsDumped(inventory, isGivenUp);
  const host = inventory.databaseHost().name;
  const missing = missingRights(found.grants, inventory.databaseSettings.name, found.unreadableRoutines, found.server);
  if (missing.length > 0) throw new RightsMissing(host, missing);
  if (found.unreadable.length > 0 && !isGivenUp) throw new ViewsBroken(host, found.unreadable);
  if (copy !== undefined) await assertMayCopy(found, copy, inventory);
  for (const text of [...notKept(found), ...(await notKeptForOthers(found, inventory))]) context.warn(text);
  return found;
}

async function assertMayCopy(found: Survey, copy: CopySchema, inventory: Inventory): Promise<void> {
  const { name: host } = inventory.databaseHost();
  const powers = await powersForCopies(found, inventory);
  const grant = grantForCopy(powers.grants, copy);
  const statement = statementToMakeFunctions(powers, found);
  if (grant !== undefined)
    throw new CopyRefused(host, [grant, ...(statement === undefined ? [] : [statement])], inventory.copySettings.key);
  if (statement !== undefined) throw new FunctionsRefused(host, statement, inventory.copySettings.key);
}

/** What a restore would not bring back, a sentence each. */
function notKept({ unfrozen, versioned, tellsHistory, floats, lostDefaults, unreadable }: Survey): string[] {
  const texts: [readonly string[], string, string?][] = [
    [unfrozen, "the backup does not see these tables at one moment, since their engine has no transactions"],
    [tellsHistory ? [] : versioned, withoutHistory],
    [floats, "the backup keeps six digits of these columns (FLOAT), since the server tells no more", "where more count, make them DOUBLE"],
    [
      lostDefaults.map(({ column, value }) => `${column} ('${value}')`),
      'the backup has "?" in the place of characters of four bytes in these columns\' defaults, since the server tells them so',
      "after a restore, set them again: ALTER TABLE … ALTER … SET DEFAULT '…'",
    ],
    [unreadable.map(({ name, reason }) => `${name} (${reason})`), "the backup is without these tables and views, which can't be read"],
  ];
  return texts.flatMap(([names, text, remedy]) =>
    names.length === 0 ? [] : [`${text}: ${names.join(", ")}${remedy === undefined ? "" : `; ${remedy}`}`],
  );
}

/** Said by the host, too, when its client is too old. */
export const withoutHistory = "the backup has these tables' rows as they are now, without their history";

async function notKeptForOthers({ definers, server }: Survey, { databaseSettings: { user }, database }: Inventory): Promise<string[]> {
  const grants = await readGrants(await database());
  const others = othersActedFor(definers, user, grants);
  if (others.length === 0) return [];
  return [
    `restored, routines, views, triggers and events of ${others.join(", ")} would act for ${user}; ` +
      `to keep whom they act for (DEFINER), an administrator runs: ${grantToActForOthers(grants, server)}`,
  ];
}

/** As the dump's own user sees it. @throws DatabaseUnreachable, AccessDenied */
async function surveyAsDumped({ dumpSettings, databaseSettings, databaseHost, database }: Inventory, tablesToo: boolean): Promise<Survey> {
  if (dumpSettings === databaseSettings) return survey(await database(), tablesToo);
  const session = await connectDatabase(dumpSettings, databaseHost());
  return survey(session, tablesToo).finally(() => session.close());
}

/** Of the user of the copies, there: asked before a dump, which may take long. @throws DatabaseUnreachable, AccessDenied */
async function powersForCopies(found: Survey, { copySettings, dumpSettings, databaseHost }: Inventory): Promise<Powers> {
  if (copySettings === dumpSettings) return found;
  const server = await connectDatabase({ ...copySettings, name: "information_schema" }, databaseHost());
  return readPowers(server).finally(() => server.close());
}
