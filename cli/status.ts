import { Command, InvalidArgumentError } from "commander";
import { recordedDeployments } from "../components/audit/read-log";
import { isOf, isWhole } from "../components/backup/folder";
import { readFolder } from "../components/backup/read-folder";
import { checksOf, urlOf } from "../components/deployment/step-inputs";
import type { LedgerRow } from "../components/migration/ledger";
import { readLiveVersion } from "../components/migration/read-version";
import type { MonitoringConfig } from "../components/monitoring/config";
import { serviceOf, timerOf } from "../components/monitoring/files";
import { readLiveMonitor } from "../components/monitoring/read-live";
import { endpoints } from "../components/switch/endpoints";
import { readServing } from "../components/switch/read-slots";
import { activeCommit, activeRelease, idleSlot } from "../components/switch/slots";
import { askOverHost } from "../components/validation/http";
import { textOf } from "../host/errors";
import { plainJson } from "../host/plain";
import { askPulumi, stackWords } from "./pulumi";
import { openStack, type Stack, withStackOption } from "./stack";
import { driftOf, type Recorded } from "./status-drift";
import {
  type BackupStatus,
  type DatabaseStatus,
  type HostStatus,
  type MonitoringStatus,
  problemsOf,
  type Read,
  type Status,
  statusText,
} from "./status-text";
import { watch } from "./watch";

interface Options {
  stack?: string;
  json?: boolean;
  watch?: number | true;
}

const shownDeployments = 5;
const usualSeconds = 5;

/** One look at everything that is live. */
export const status = withStackOption(new Command("status"))
  .description(
    "What is live: hosts, slots, releases, health, the database and its ledger, the newest backup, monitoring, drift, the last deployments. " +
      "Exit code: 0 fine, 1 something is to be looked at.",
  )
  .option("--json", "print JSON; with --watch a line each time")
  .option("-w, --watch [seconds]", `look again every so many seconds (default: ${usualSeconds}), until Ctrl-C`, parseSeconds)
  .action(async ({ stack: name, json, watch: every }: Options) => {
    let recording = read(() => readRecorded(name));
    const stack = await openStack(name);
    const text = async (): Promise<string> => {
      const live = await look(stack);
      let found: Status = { wanted: stack.config.release, recorded: await recording, ...live };
      // While somebody watches an up may have ended.
      if (every !== undefined && driftOf(found).length > 0)
        found = { ...found, recorded: await (recording = read(() => readRecorded(name))) };
      return shown(found, json === true, every === undefined ? 2 : 0);
    };
    if (every === undefined) process.stdout.write(await text());
    else await watch(every === true ? usualSeconds : every, text);
  });

function shown(found: Status, isJson: boolean, indent: number): string {
  const now = Date.now();
  const problems = problemsOf(found, now);
  process.exitCode = problems.length === 0 ? 0 : 1;
  return isJson ? `${plainJson({ at: new Date(now).toISOString(), ...found, problems }, indent)}\n` : statusText(found, now);
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 1 && seconds <= 3600)) throw new InvalidArgumentError("It must be a number of seconds from 1 to 3600.");
  return seconds;
}

/** What the stack's last up left. */
async function readRecorded(name: string | undefined): Promise<Recorded> {
  const { release, commit, activeSlot, databaseVersion } = JSON.parse(
    await askPulumi(["stack", "output", "--json", ...stackWords(name)], "the stack's outputs can't be read"),
  ) as Recorded;
  return { release, commit, activeSlot, databaseVersion };
}

async function look(stack: Stack): Promise<Omit<Status, "wanted" | "recorded">> {
  const names = stack.config.hosts.map(({ name }) => name);
  const { monitoring } = stack.config;
  const [database, backup, deployments, monitors, ...hosts] = await Promise.all([
    read(async () => {
      const { label, unfinished, ledger } = await readLiveVersion(await stack.inventory.database());
      return { version: label, isUnfinished: unfinished !== undefined, ledger: ledgerStatus(ledger) };
    }),
    read(() => newestBackup(stack)),
    read(async () => (await recordedDeployments(stack.inventory)).slice(-shownDeployments)),
    monitoring === undefined ? null : Promise.all(names.map((name) => read(() => monitoringStatus(name, monitoring, stack)))),
    ...names.map((name) => read(() => hostStatus(name, stack))),
  ]);
  const byName = <Value>(values: readonly Value[]): Record<string, Value> =>
    Object.fromEntries(names.map((name, index) => [name, values[index] as Value]));
  return { hosts: byName(hosts), monitoring: monitors === null ? null : byName(monitors), database, backup, deployments };
}

/** What can't be read is said, and the rest is shown all the same. */
async function read<Value>(work: () => Promise<Value>): Promise<Read<Value>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { unknown: textOf(error) };
  }
}

function ledgerStatus(ledger: readonly LedgerRow[]): DatabaseStatus["ledger"] {
  const last = ledger.at(-1);
  if (last === undefined) return { scripts: 0, last: null };
  const { script, state, done, statements, finished_at: endedAt } = last;
  return { scripts: ledger.length, last: { script, state, done, statements, endedAt } };
}

async function newestBackup({ config, inventory }: Stack): Promise<BackupStatus | null> {
  const stored = await readFolder(config.backup.directory ?? inventory.site.backups, inventory.databaseHost());
  const own = stored.filter(isWhole).filter((backup) => isOf(config.database.name, backup));
  const [newest] = own;
  if (newest === undefined) return null;
  const { id, takenAt, verifiedAt } = newest.manifest;
  return { id, takenAt, verifiedAt, count: own.length };
}

async function monitoringStatus(
  name: string,
  { everySeconds }: MonitoringConfig,
  { inventory: { host, site } }: Stack,
): Promise<MonitoringStatus> {
  const { isRunning, hasPassed, lookedSecondsAgo, waiting } = await readLiveMonitor(host(name), site);
  return { timer: timerOf(site), service: serviceOf(site), isRunning, hasPassed, lookedSecondsAgo, everySeconds, waiting };
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
