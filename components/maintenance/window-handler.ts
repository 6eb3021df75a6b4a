import { isDeepStrictEqual } from "node:util";
import { textOf } from "../../host/errors";
import { allEnded } from "../../host/all-ended";
import { type Context, type Handler, type Live, unknown } from "../../provider/handler";
import { type LiveDatabase, readLiveDatabase } from "../migration/live";
import { planMigration } from "../migration/plan";
import { awaitsRestore } from "../rollback/history";
import { type Commits, readCommits, readCommitsAtStake } from "../switch/read-slots";
import { drain } from "./commands";
import type { WindowInputs, WindowState } from "./contract";
import { WindowStaysOpen } from "./errors";
import { closeWindows, openOn, readWindows } from "./hosts";
import { isOurs, type WindowRecord } from "./window";

interface LiveWindow extends Live<WindowInputs, WindowState> {
  database: LiveDatabase;
  /** What users are served. */
  served: Commits;
}

/** Users are answered 503 while anything is going to change. */
export const windowHandler: Handler<WindowInputs, WindowState> = {
  compared: ["version", "scripts", "commits"],
  check: ({ drainSeconds }) =>
    drainSeconds !== undefined && !(drainSeconds >= 0)
      ? [{ propertyPath: "drainSeconds", reason: "must be 0 or more, for example 30" }]
      : [],

  async read(wanted: WindowInputs, _was: WindowState | undefined, context: Context): Promise<LiveWindow> {
    const names = Object.keys(wanted.commits);
    const [database, served, commits, windows] = await Promise.all([
      readLiveDatabase(wanted, context),
      readCommits(names, context.inventory),
      readCommitsAtStake(wanted.commits, context.inventory),
      readWindows(names, context.inventory),
    ]);
    const openedAt = Object.values(windows).find(isOurs)?.openedAt ?? null;
    const { version, scripts } = database;
    const isNeeded = wanted.strategy === "maintenance" || awaitsRestore(version);
    const inputs = isNeeded ? { ...wanted, version, scripts, commits } : wanted;
    return { inputs, state: { openedAt, change: "unchanged" }, database, served };
  },

  plan: (_live, wanted) => ({ openedAt: unknown, change: changeOf(wanted) }),

  /** A migration that will be refused is so before users notice anything. */
  async act(live: LiveWindow, wanted: WindowInputs, context: Context): Promise<WindowState> {
    planMigration(live.database.found, wanted, live.database.sources);
    const record: WindowRecord = { openedAt: live.state.openedAt ?? new Date().toISOString(), operator: context.inventory.operator };
    context.wayBack.begin(
      (later) => takeBack(live, record, later),
      new WindowStaysOpen(context.inventory.site.app, record.openedAt, "what this deployment changed could not be taken back").message,
    );
    await allEnded(Object.keys(wanted.commits).map((name) => open(name, record, wanted.drainSeconds, context)));
    return { openedAt: record.openedAt, change: changeOf(wanted) };
  },
};

const changeOf = ({ commits }: WindowInputs): string => `opens on ${Object.keys(commits).join(", ")}`;

async function open(name: string, record: WindowRecord, drainSeconds: number, { inventory, progress, warn }: Context): Promise<void> {
  const host = inventory.host(name);
  progress(`${name}: closing to users`);
  await openOn(name, JSON.stringify(record), inventory);
  progress(`${name}: waiting for requests that have begun`);
  const limits = { as: "root", purpose: "waiting for requests that have begun", timeoutSeconds: drainSeconds + 90 };
  const { stdout } = await host.run(drain(inventory.site, drainSeconds), limits);
  const ended = /^ended (\d+)$/m.exec(stdout)?.[1];
  if (ended !== undefined) warn(`host "${name}": ${ended} requests that had not ended after ${drainSeconds} s were cut off`);
}

/** Closed again when database and code are what they were. */
async function takeBack({ inputs, database, served }: LiveWindow, { openedAt }: WindowRecord, context: Context): Promise<string> {
  const names = Object.keys(served);
  const { app } = context.inventory.site;
  const [now, servedNow] = await Promise.all([readLiveDatabase(inputs, context), readCommits(names, context.inventory)]).catch(
    (error: unknown) => {
      throw new WindowStaysOpen(app, openedAt, `it could not be seen what is live: ${textOf(error)}`);
    },
  );
  const changed = [
    ...(now.found.label === database.found.label && isDeepStrictEqual(now.scripts, database.scripts)
      ? []
      : [`the database is at ${now.found.label}, and was at ${database.found.label}`]),
    ...names
      .filter((name) => servedNow[name] !== served[name])
      .map((name) => `host "${name}" is at commit ${servedNow[name]}, and was at ${served[name]}`),
  ];
  if (changed.length > 0) throw new WindowStaysOpen(app, openedAt, changed.join("; "));
  const closed = await closeWindows(names, context.inventory);
  return `The maintenance window is closed${closed.length === 0 ? "" : ` on ${closed.join(", ")}`}: users are served as before, and nothing that they did is lost.`;
}
