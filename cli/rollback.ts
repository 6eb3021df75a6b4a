import Table from "cli-table3";
import { Command } from "commander";
import type { BackupManifest } from "../components/backup/contract";
import { readManifests } from "../components/backup/read-manifests";
import { type LiveVersion, readLiveVersion } from "../components/migration/read-version";
import { readSlots } from "../components/switch/read-slots";
import { releaseBefore } from "../components/switch/slots";
import { countRows } from "../components/rollback/count-rows";
import { backupBefore, lossOf, rowDifferences } from "../components/rollback/loss";
import { siteOf } from "../host/site";
import { DeploymentError } from "../host/errors";
import { askPulumi, showPulumi, stackWords } from "./pulumi";
import { openStack, readConfig, withStackOption } from "./stack";

interface Options {
  stack?: string;
  database?: string;
  release?: string;
  yes?: true;
  iLoseDataSince?: string;
}

/** The way back: of the code alone, or of code and database. */
export const rollback = withStackOption(new Command("rollback"))
  .description(
    "Takes users back to the release before; with --database, the database to a backup as well. Sets the stack's config, then runs `pulumi up`.",
  )
  .option("--release <ref>", "where to; default: the release that users were served before this one")
  .option("--database <backup>", 'id of a backup that the database is restored from, or "previous": the one before the last migration')
  .option("-y, --yes", "don't ask")
  .option("--i-lose-data-since <time>", "needed with --database and --yes: when the backup was made, as 2026-11-23T04:24")
  .addHelpText(
    "after",
    "\nExit code: that of `pulumi up`; 2 wrong use, no such backup, or a place that can't be read. Nothing was changed then.",
  )
  .action(async (options: Options) => {
    const [release, config] = await Promise.all([options.release ?? previousRelease(options.stack), readConfig(options.stack)]);
    const restoreFrom = options.database === undefined ? [] : [`selfhelp:restoreFrom=${await chosenBackup(options)}`];
    const values = [`selfhelp:release=${release}`, ...restoreFrom].flatMap((value) => ["--plaintext", value]);
    await changeConfig(options.stack, "set-all", ...values);
    if (pinned in config) await changeConfig(options.stack, "rm", pinned);
    process.stdout.write(`selfhelp:release is ${release} now${pinned in config ? `; ${pinned} was taken out` : ""}\n`);
    process.exitCode = await showPulumi(
      ["up", ...stackWords(options.stack), ...(options.yes ? ["--yes", "--skip-preview"] : [])],
      "rollback",
    );
  });

/** It would keep the database where it is, or refuse the way back. */
const pinned = "selfhelp:databaseVersion";

const changeConfig = (stack: string | undefined, ...words: string[]): Promise<string> =>
  askPulumi(["config", ...words, ...stackWords(stack)], "the stack's config can't be changed");

/** As the hosts have it now, so that a rollback that was interrupted ends where it was to. @throws DeploymentError when hosts differ, or have none */
async function previousRelease(stack: string | undefined): Promise<string> {
  const { config, inventory } = await openStack(stack);
  const releaseOn = async (name: string): Promise<string | null> => releaseBefore(await readSlots(inventory.host(name), inventory.site));
  const names = [...new Set(await Promise.all(config.hosts.map(({ name }) => releaseOn(name))))];
  const [name] = names;
  if (names.length === 1 && typeof name === "string") return name;
  throw new DeploymentError(
    names.length > 1
      ? `the hosts had different releases before (${names.map((one) => one ?? "none").join(", ")}): name one with --release. Nothing was changed.`
      : "no other release stands beside this one: name one with --release, or set back in the config what changed besides it. Nothing was changed.",
  );
}

/** @returns its id, when whoever asks knows what is lost */
async function chosenBackup({ stack, database: asked, yes, iLoseDataSince }: Options): Promise<string> {
  const { config, inventory } = await openStack(stack);
  const directory = config.backup.directory ?? siteOf(config.app).backups;
  const manifests = await readManifests(directory, inventory);
  const live = await readLiveVersion(await inventory.database());
  const manifest = asked === "previous" ? backupBefore(live, manifests) : manifests.find(({ id }) => id === asked);
  if (manifest === undefined)
    throw new DeploymentError(
      `there is no such backup in ${directory}: ${asked}. Nothing was changed. There are: ${manifests.map(({ id }) => id).join(", ") || "none"}`,
    );
  const rows = rowDifferences(manifest, await countRows(await inventory.database(), manifest));
  process.stdout.write(lossText(manifest, live, rows));
  if (yes !== undefined && !says(iLoseDataSince, manifest))
    throw new DeploymentError(
      `with --yes, say that you know it: --i-lose-data-since ${manifest.takenAt.slice(0, 16)}. Nothing was changed.`,
    );
  return manifest.id;
}

const says = (time: string | undefined, { takenAt }: BackupManifest): boolean =>
  time !== undefined && time.length >= "2026-11-23T04:24".length && takenAt.startsWith(time.replace(/Z$/, ""));

function lossText(manifest: BackupManifest, live: LiveVersion, rows: readonly string[]): string {
  const { since, hours, scripts } = lossOf(manifest, live, new Date());
  const table = new Table({ style: { head: [], border: [] } });
  table.push(
    {
      backup: `${manifest.id}, ${manifest.verifiedAt === null ? "never restored yet" : `proven ${manifest.verifiedAt.slice(0, 19).replace("T", " ")}`}`,
    },
    { "the database": `${live.label} -> ${manifest.databaseVersion}` },
    { "lost for good": `everything that was written since ${since} UTC (${hours} h)` },
    { rows: rows.join("\n") || "as many as now in each table" },
    { "scripts undone": scripts.join("\n") || "none" },
  );
  return `${table.toString()}\n`;
}
