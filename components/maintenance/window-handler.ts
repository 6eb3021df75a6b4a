import { isDeepStrictEqual } from "node:util";
import { type Context, type Handler, type Live, unknown } from "../../provider/handler";
import { type LiveDatabase, readLiveDatabase } from "../migration/live";
import { planMigration } from "../migration/plan";
import { readCommits } from "../switch/read-slots";
import { drain } from "./commands";
import type { WindowInputs, WindowState } from "./contract";
import { WindowStaysOpen } from "./errors";
import { closeWindows, openOn, readWindows } from "./hosts";
import { isOurs, type WindowRecord } from "./window";

type LiveWindow = Live<WindowInputs, WindowState> & Pick<LiveDatabase, "found" | "sources">;

/** Users are answered 503 while anything is going to change. */
export const windowHandler: Handler<WindowInputs, WindowState> = {
  compared: ["version", "scripts", "commits"],
  check: ({ drainSeconds }) =>
    drainSeconds !== undefined && !(drainSeconds >= 0)
      ? [{ propertyPath: "drainSeconds", reason: "must be 0 or more, for example 30" }]
      : [],

  async read(wanted: WindowInputs, _was: WindowState | undefined, context: Context): Promise<LiveWindow> {
    const names = Object.keys(wanted.commits);
    const [{ found, sources, ...live }, windows] = await Promise.all([
      readChanging(wanted, context),
      readWindows(names, context.inventory),
    ]);
    const openedAt = Object.values(windows).find(isOurs)?.openedAt ?? null;
    return { inputs: { ...wanted, ...live }, state: { openedAt, change: "unchanged" }, found, sources };
  },

  plan: (_live, wanted) => ({ openedAt: unknown, change: changeOf(wanted) }),

  /** A migration that will be refused is so before users notice anything. */
  async act(live: LiveWindow, wanted: WindowInputs, context: Context): Promise<WindowState> {
    planMigration(live.found, wanted, live.sources);
    const record: WindowRecord = { openedAt: live.state.openedAt ?? new Date().toISOString(), operator: context.inventory.operator };
    context.wayBack.add((later) => takeBack(live, record, later));
    for (const name of Object.keys(wanted.commits)) await open(name, record, wanted.drainSeconds, context);
    return { openedAt: record.openedAt, change: changeOf(wanted) };
  },
};

const changeOf = ({ commits }: WindowInputs): string => `opens on ${Object.keys(commits).join(", ")}`;

/** What a deployment changes. */
type Changing = Pick<WindowInputs, "commits"> & LiveDatabase;

async function readChanging(wanted: WindowInputs, context: Context): Promise<Changing> {
  const [database, commits] = await Promise.all([
    readLiveDatabase(wanted, context),
    readCommits(Object.keys(wanted.commits), context.inventory),
  ]);
  return { ...database, commits };
}

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
async function takeBack({ inputs: before }: LiveWindow, { openedAt }: WindowRecord, context: Context): Promise<string> {
  const now = await readChanging(before, context);
  const changed = [
    ...(now.version === before.version && isDeepStrictEqual(now.scripts, before.scripts)
      ? []
      : [`the database is at ${now.version}, and was at ${before.version}`]),
    ...Object.entries(before.commits)
      .filter(([name, commit]) => now.commits[name] !== commit)
      .map(([name, commit]) => `host "${name}" is at commit ${now.commits[name]}, and was at ${commit}`),
  ];
  if (changed.length > 0) throw new WindowStaysOpen(context.inventory.site.app, openedAt, changed.join("; "));
  const closed = await closeWindows(Object.keys(before.commits), context.inventory);
  return `The maintenance window is closed${closed.length === 0 ? "" : ` on ${closed.join(", ")}`}: users are served as before, and nothing that they did is lost.`;
}
