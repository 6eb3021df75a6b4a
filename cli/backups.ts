import { Command } from "commander";
import { resolve } from "node:path";
import { identityVariable, readIdentity } from "../components/backup/identity";
import { sizeOf } from "../components/backup/errors";
import { archiveOf } from "../components/backup/manifest";
import { isOf, isWhole, type WholeBackup } from "../components/backup/folder";
import { make } from "../components/backup/make";
import { objectsText } from "../components/backup/objects";
import { decisions, remove } from "../components/backup/prune";
import { readCommits } from "../components/switch/read-slots";
import { readFolder } from "../components/backup/read-folder";
import { type Destination, restoreBeside } from "../components/backup/restore-to";
import { RestoreFailed } from "../components/backup/restore-errors";
import type { Decision } from "../components/backup/retention";
import { verify } from "../components/backup/verify";
import { readLiveVersion } from "../components/migration/read-version";
import { DeploymentError } from "../host/errors";
import type { Context } from "../provider/handler";
import { plainJson, plainLines } from "../host/plain";
import { backupsText, decisionsText, type Listed } from "./backups-report";
import { commandContext } from "./context";
import { print } from "./print";
import { download, DownloadDamaged } from "./download";
import { openStack, type Stack } from "./stack";

interface Options {
  stack?: string;
  json?: boolean;
}

interface KeyOptions extends Options {
  identity?: string;
}

/** A stack's backups, and what a command needs to work on them. */
interface Place {
  config: Stack["config"];
  directory: string;
  context: Context;
}

/** The backups of a stack's database: looks at them, makes, proves, restores, fetches and removes them. */
export const backups = new Command("backups").description("The backups of a stack's database, on the database's host.");

const subcommand = (name: string, description: string): Command =>
  backups
    .command(name)
    .description(description)
    .option("-s, --stack <name>", "the Pulumi stack whose backups are meant; default: the selected one")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExit code: 0 done, 1 something is wrong with a backup, 2 wrong use, config, or a host that can't be reached.");

const withKey = (command: Command): Command =>
  command.option("-i, --identity <file>", `age's private key, on this machine; default: the file that ${identityVariable} names`);

subcommand("list", "Every backup, newest first: whether it was proven, how long it stays, and what is wrong with it.").action(
  async (options: Options) => {
    const place = await open(options);
    const stored = await readFolder(place.directory, place.context.inventory.databaseHost());
    const retention = new Map((await decisionsIfKnown(place)).map(({ id, stays, why }) => [id, { stays, why }]));
    const listed: Listed[] = stored.map((backup) => ({ ...backup, retention: retention.get(backup.id) }));
    const host = place.context.inventory.databaseHost().name;
    print(options, { directory: place.directory, host, backups: listed }, backupsText(place.directory, host, listed));
    process.exitCode = stored.every(isWhole) ? 0 : 1;
  },
);

subcommand("create", "Makes a backup now, proves it as an up does, and removes old ones.").action(async (options: Options) => {
  const { config, directory, context } = await open(options);
  const { inventory } = context;
  await inventory.lock("backup by hand");
  const [{ label, isRunning, restoring }, commits] = await Promise.all([
    inventory.database().then(readLiveVersion),
    readCommits(
      config.hosts.map(({ name }) => name),
      inventory,
    ),
  ]);
  if (isRunning) throw new DeploymentError("a migration of this database is running right now: wait until it has ended");
  if (restoring !== undefined)
    throw new DeploymentError(
      `the database holds part of the backup ${restoring} only: nothing was backed up. Next: selfhelp rollback --database ${restoring}`,
    );
  if (label === "empty") return print(options, { backup: null }, "none was made: the database is empty\n");
  const { recipient, verify: isVerified, keep } = config.backup;
  const { manifest } = await make(
    { version: label, commits, recipient, directory, verify: isVerified, copyStays: false, isGivenUp: false },
    context,
  );
  const old = (await decisions(directory, keep, config.restoreFrom ?? null, context)).filter(({ stays }) => !stays);
  await remove(old, directory, context);
  const proof = manifest.verifiedAt === null ? "not verified (selfhelp:backup.verify is false)" : "verified";
  const contents = objectsText(manifest.details?.objects ?? []);
  print(options, { backup: manifest, removed: old }, `${manifest.id}: ${contents}, ${sizeOf(manifest.bytes)}, ${proof}\n`);
});

withKey(subcommand("verify", "Restores a backup into a schema of its own, compares it with its manifest, and drops that again."))
  .argument("<id>", "of the backup, or: latest")
  .action(async (id: string, options: KeyOptions) => {
    const identity = readIdentity(options.identity);
    const { config, directory, context } = await open(options);
    await reporting(options, async () => {
      const backup = await find(id, directory, context);
      const manifest = await verify(backup, directory, identity, context);
      if (config.backup.offsite !== undefined && backup.manifest.verifiedAt === null)
        context.info("its manifest is written anew; if it is the newest backup, pulumi up copies that off-site again");
      const objects = manifest.details === undefined ? "" : `: ${objectsText(manifest.details.objects)}`;
      print(options, { backup: manifest }, `${manifest.id} is what was dumped, and restores${objects}\n`);
    });
  });

withKey(subcommand("restore", "Restores a backup into a schema beside the live database, which isn't touched."))
  .argument("<id>", "of the backup, or: latest")
  .requiredOption("--to <schema>", "a schema that doesn't exist yet or is empty")
  .option("--no-events", "leave events off that were on")
  .option("--own-definers", "routines, views, triggers and events act for the database's user, not for whom they did (DEFINER)")
  .action(async (id: string, options: KeyOptions & { to: string; events: boolean; ownDefiners?: true }) => {
    const identity = readIdentity(options.identity);
    const { directory, context } = await open(options);
    await reporting(options, async () => {
      const backup = await find(id, directory, context);
      const destination: Destination = {
        schema: options.to,
        events: options.events ? "as they were" : "off",
        definers: options.ownDefiners === true ? "restoring user" : "as they were",
      };
      const objects = await restoreBeside(backup, directory, destination, identity, context);
      print(options, { backup: backup.id, schema: options.to, objects }, `${backup.id} is in ${options.to}: ${objectsText(objects)}\n`);
    });
  });

subcommand("download", "Fetches a backup's archive, encrypted as it is.")
  .argument("<id>", "of the backup, or: latest")
  .option("--to <file>", "default: its own name, in this folder")
  .action(async (id: string, options: Options & { to?: string }) => {
    const { directory, context } = await open(options);
    await reporting(options, async () => {
      const { manifest } = await find(id, directory, context);
      const file = resolve(options.to ?? archiveOf(manifest.id));
      await download(manifest, directory, file, context);
      print(options, { backup: manifest, file }, `${file}, ${sizeOf(manifest.bytes)}. It opens with: age -d -i KEY ${file} | zstd -d\n`);
    });
  });

subcommand("prune", "Removes the backups that selfhelp:backup.keep does not keep, and what killed runs left.")
  .option("--dry-run", "only say what would be removed, and why")
  .action(async (options: Options & { dryRun?: true }) => {
    const { config, directory, context } = await open(options);
    if (options.dryRun !== true) await context.inventory.lock("removing of old backups");
    const decided = await decisions(directory, config.backup.keep, config.restoreFrom ?? null, context);
    if (options.dryRun !== true) {
      await remove(
        decided.filter(({ stays }) => !stays),
        directory,
        context,
      );
    }
    print(
      options,
      { decisions: decided, dryRun: options.dryRun === true },
      decisionsText(decided) || `there are no backups in ${directory}\n`,
    );
  });

async function open({ stack }: Options): Promise<Place> {
  const { config, inventory } = await openStack(stack);
  return { config, directory: config.backup.directory ?? inventory.site.backups, context: commandContext(inventory) };
}

/** @throws RestoreFailed for one that doesn't count as a backup, DeploymentError when there is none */
async function find(id: string, directory: string, { inventory }: Context): Promise<WholeBackup> {
  const host = inventory.databaseHost();
  const stored = await readFolder(directory, host);
  const own = stored.filter((backup) => isOf(inventory.databaseSettings.name, backup));
  const found = id === "latest" ? own.find(isWhole) : stored.find((backup) => backup.id === id);
  if (found === undefined)
    throw new DeploymentError(`there is no backup ${id} in ${directory} on host "${host.name}". Type: selfhelp backups list`);
  if (isWhole(found)) return found;
  throw new RestoreFailed(host.name, id, found.problem ?? "", "Nothing was changed. Use another backup.", true);
}

/** The list is of use also while the database is down; then nobody knows which backups it needs. */
async function decisionsIfKnown({ config, directory, context }: Place): Promise<Decision[]> {
  try {
    return await decisions(directory, config.backup.keep, config.restoreFrom ?? null, context);
  } catch (error) {
    if (!(error instanceof DeploymentError)) throw error;
    context.warn(`what stays how long isn't known: ${error.message}`);
    return [];
  }
}

/** What is wrong with a backup is an answer, with exit code 1. */
async function reporting(options: Options, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isFinding = (error instanceof RestoreFailed && error.isFinding) || error instanceof DownloadDamaged;
    if (!isFinding) throw error;
    if (options.json === true) process.stdout.write(`${plainJson({ problem: error.message })}\n`);
    else process.stderr.write(plainLines(`${error.message}\n`));
    process.exitCode = 1;
  }
}
