import Table from "cli-table3";
import { Command } from "commander";
import { recordedDeployments } from "../components/audit/read-log";
import type { BackupManifest } from "../components/backup/contract";
import { readManifests } from "../components/backup/read-manifests";
import { type LiveVersion, readLiveVersion } from "../components/migration/read-version";
import { readSlots } from "../components/switch/read-slots";
import { activeRelease, releaseBefore } from "../components/switch/slots";
import { countRows } from "../components/rollback/count-rows";
import { restoresTable } from "../components/rollback/history";
import { deployerPath } from "../components/deployment/deployer";
import { readIdentity } from "../components/backup/identity";
import { backupBefore, deploymentsSince, lossOf, rowDifferences } from "../components/rollback/loss";
import { siteOf } from "../host/site";
import { DeploymentError, textOf } from "../host/errors";
import { plainLines } from "../host/plain";
import { askPulumi, showPulumi, stackWords } from "./pulumi";
import { openStack, type Stack, withStackOption } from "./stack";

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
    const stack = await openStack(options.stack);
    const before = stack.values;
    const release = options.release ?? (await previousRelease(stack));
    const backup = options.database === undefined ? undefined : await chosenBackup(stack, options);
    // A pinned version would keep the database where it is, or refuse the way back.
    const wanted = {
      ...before,
      [key.release]: release,
      ...(backup === undefined ? {} : { [key.restoreFrom]: backup }),
      [key.pinned]: undefined,
    };
    await removeKeys(options.stack, wanted, before);
    // The up itself writes the others into the stack's config: one start of Pulumi less.
    const config = assignments(wanted).flatMap((value) => ["--config", value]);
    const code = await showPulumi(
      ["up", ...config, ...stackWords(options.stack), ...(options.yes ? ["--yes", "--skip-preview"] : [])],
      "rollback",
    );
    if (code !== 0) await settle(options.stack, before, wanted, await hasBegun(stack, { release, backup }).catch(() => true));
    process.exitCode = code;
  });

const key = { release: "selfhelp:release", restoreFrom: "selfhelp:restoreFrom", pinned: "selfhelp:databaseVersion" } as const;

type Values = Readonly<Record<string, string | undefined>>;

/** "KEY=VALUE" of these three keys, as far as they are set. */
const assignments = (config: Values): string[] =>
  Object.values(key).flatMap((name) => (config[name] === undefined ? [] : [`${name}=${config[name]}`]));

/** Takes those of the three keys away that `config` doesn't have, and says what it has. */
async function removeKeys(stack: string | undefined, config: Values, now: Values): Promise<void> {
  for (const name of Object.values(key)) if (config[name] === undefined && now[name] !== undefined) await changeConfig(stack, "rm", name);
  process.stdout.write(`the stack's config: ${assignments(config).join(", ")}\n`);
}

/** After an up that failed or was declined: a rollback that didn't begin leaves the config as it was, so that no later up surprises anybody with it. */
async function settle(stack: string | undefined, before: Values, now: Values, hasBegun: boolean): Promise<void> {
  if (hasBegun) return void process.stdout.write("The stack's config stays set to the rollback: pulumi up goes on with it.\n");
  await changeConfig(stack, "set-all", ...assignments(before).flatMap((value) => ["--plaintext", value]));
  await removeKeys(stack, before, now);
  process.stdout.write("Nothing was rolled back, and the stack's config is as it was before.\n");
}

interface Goal {
  release: string;
  backup: string | undefined;
}

/** Whether users are on the release, or the database was given up for the backup. */
async function hasBegun({ config, inventory }: Stack, { release, backup }: Goal): Promise<boolean> {
  const served = await Promise.all(config.hosts.map(({ name }) => readSlots(inventory.host(name), inventory.site)));
  if (served.some((slots) => activeRelease(slots) === release)) return true;
  if (backup === undefined) return false;
  const { restoring, restored } = await readLiveVersion(await inventory.database());
  return restoring !== undefined || restored.includes(backup);
}

const changeConfig = (stack: string | undefined, ...words: string[]): Promise<string> =>
  askPulumi(["config", ...words, ...stackWords(stack)], "the stack's config can't be changed");

/** As the hosts have it now, so that a rollback that was interrupted ends where it was to. @throws DeploymentError when hosts differ, or have none */
async function previousRelease({ config, inventory }: Stack): Promise<string> {
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
async function chosenBackup({ config, inventory }: Stack, { database: asked, yes, iLoseDataSince }: Options): Promise<string> {
  const directory = config.backup.directory ?? siteOf(config.app).backups;
  const manifests = await readManifests(directory, inventory);
  const live = await readLiveVersion(await inventory.database());
  const manifest = asked === "previous" ? backupBefore(live, manifests) : manifests.find(({ id }) => id === asked);
  if (manifest === undefined)
    throw new DeploymentError(
      `there is no such backup in ${directory}: ${asked}. Nothing was changed. There are: ${manifests.map(({ id }) => id).join(", ") || "none"}`,
    );
  if (live.restored.includes(manifest.id) && live.restoring === undefined)
    throw new DeploymentError(
      `the database was restored from ${manifest.id} already, and what was written since would stay: a backup is restored once. Nothing was changed. ` +
        `To restore it once more, type first, in the database: DELETE FROM ${restoresTable} WHERE backup = '${manifest.id}'`,
    );
  const { identityPath } = config.backup;
  if (identityPath === undefined)
    throw new DeploymentError(
      "selfhelp:backup.identityPath must name the private key of the backups, a file on this machine. Nothing was changed.",
    );
  readIdentity(deployerPath(identityPath));
  const rows = rowDifferences(manifest, await countRows(await inventory.database(), manifest));
  const deployments = await recordedDeployments(inventory).then(
    (all) => deploymentsSince(manifest, all),
    (error: unknown) => [`not known: ${textOf(error)}`],
  );
  process.stdout.write(plainLines(lossText(manifest, live, { rows, deployments })));
  if (yes !== undefined && !says(iLoseDataSince, manifest))
    throw new DeploymentError(
      `with --yes, say that you know it: --i-lose-data-since ${manifest.takenAt.slice(0, 16)}. Nothing was changed.`,
    );
  return manifest.id;
}

const says = (time: string | undefined, { takenAt }: BackupManifest): boolean =>
  time !== undefined && time.length >= "2026-11-23T04:24".length && takenAt.startsWith(time.replace(/Z$/, ""));

function lossText(manifest: BackupManifest, live: LiveVersion, { rows, deployments }: { rows: string[]; deployments: string[] }): string {
  const { since, hours, scripts } = lossOf(manifest, live, new Date());
  const table = new Table({ style: { head: [], border: [] } });
  table.push(
    {
      backup: `${manifest.id}, ${manifest.verifiedAt === null ? "never restored yet" : `proven ${manifest.verifiedAt.slice(0, 19).replace("T", " ")}`}`,
    },
    { "the database": `${live.label} -> ${manifest.databaseVersion}` },
    { "lost for good": `everything that was written since ${since} UTC (${hours} h)` },
    { rows: rows.join("\n") || "as many as now in each table" },
    { "deployments since": deployments.join("\n") || "none" },
    { "scripts undone": scripts.join("\n") || "none" },
  );
  const { binaryLog } = manifest.details ?? {};
  if (typeof binaryLog === "string")
    table.push({ "not lost": `the server's binary log has what was written since, from ${binaryLog} on (docs/backup-and-rollback.md)` });
  return `${table.toString()}\n`;
}
