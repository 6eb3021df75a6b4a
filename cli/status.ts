import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { readChain } from "../components/audit/chain";
import { deploymentsOf } from "../components/audit/deployments";
import { isOf, isWhole } from "../components/backup/folder";
import { readFolder } from "../components/backup/read-folder";
import { checksOf, urlOf } from "../components/deployment/step-inputs";
import { readLiveVersion } from "../components/migration/read-version";
import { endpoints } from "../components/switch/endpoints";
import { readServing } from "../components/switch/read-slots";
import { activeCommit, activeRelease, idleSlot } from "../components/switch/slots";
import { askOverHost } from "../components/validation/http";
import { textOf } from "../host/errors";
import { logOf } from "./audit";
import { openStack, type Stack, withStackOption } from "./stack";
import { type BackupStatus, type HostStatus, problemsOf, type Read, type Status, statusText } from "./status-text";

interface Options {
  stack?: string;
  json?: boolean;
  watch?: boolean;
}

const shownDeployments = 5;
const watchMilliseconds = 5_000;

/** One look at everything that is live. */
export const status = withStackOption(new Command("status"))
  .description(
    "What is live: hosts, slots, releases, health, the database, the newest backup, the last deployments. Exit code: 0 fine, 1 something is to be looked at.",
  )
  .option("--json", "print JSON")
  .option("-w, --watch", "look again every 5 seconds, until Ctrl-C")
  .action(async ({ stack: name, json, watch }: Options) => {
    const stack = await openStack(name);
    for (;;) {
      const found = await look(stack);
      const text =
        json === true
          ? `${JSON.stringify({ ...found, problems: problemsOf(found, Date.now()) }, null, 2)}\n`
          : statusText(found, Date.now());
      process.stdout.write(watch === true && process.stdout.isTTY ? `\x1b[2J\x1b[H${text}` : text);
      process.exitCode = problemsOf(found, Date.now()).length === 0 ? 0 : 1;
      if (watch !== true) return;
      await sleep(watchMilliseconds);
    }
  });

async function look(stack: Stack): Promise<Status> {
  const names = stack.config.hosts.map(({ name }) => name);
  const [database, backup, deployments, ...hosts] = await Promise.all([
    read(async () => {
      const { label, unfinished } = await readLiveVersion(await stack.inventory.database());
      return { version: label, isUnfinished: unfinished !== undefined };
    }),
    read(() => newestBackup(stack)),
    read(async () => deploymentsOf(readChain(await logOf(stack.inventory), null).lines).slice(-shownDeployments)),
    ...names.map((name) => read(() => hostStatus(name, stack))),
  ]);
  return { hosts: Object.fromEntries(names.map((name, index) => [name, hosts[index] as Read<HostStatus>])), database, backup, deployments };
}

/** What can't be read is said, and the rest is shown all the same. */
async function read<Value>(work: () => Promise<Value>): Promise<Read<Value>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { unknown: textOf(error) };
  }
}

async function newestBackup({ config, inventory }: Stack): Promise<BackupStatus | null> {
  const stored = await readFolder(config.backup.directory ?? inventory.site.backups, inventory.databaseHost());
  const newest = stored.filter(isWhole).find((backup) => isOf(config.database.name, backup));
  if (newest === undefined) return null;
  const { id, takenAt, verifiedAt } = newest.manifest;
  return { id, takenAt, verifiedAt };
}

async function hostStatus(name: string, { config, inventory }: Stack): Promise<HostStatus> {
  const host = inventory.host(name);
  const { probe } = checksOf(config, new URL(urlOf(config)).hostname);
  const [{ slots, maintenance, switchedAt, switchingFrom }, { result, detail, milliseconds }] = await Promise.all([
    readServing(host, inventory.site),
    askOverHost(host, endpoints.users, probe),
  ]);
  return {
    slot: slots.active ?? "none",
    release: activeRelease(slots),
    commit: activeCommit(slots),
    other: slots[idleSlot(slots)]?.release ?? null,
    since: switchedAt,
    maintenance,
    isUnproven: switchingFrom !== undefined,
    health: { result, detail: `${detail}, ${milliseconds} ms` },
  };
}
