import type { Status } from "./status-text";

/** What the last `pulumi up` left, by its outputs; with one host a value is that host's, with several it is by host name. */
export interface Recorded {
  release?: unknown;
  commit?: unknown;
  activeSlot?: unknown;
  databaseVersion?: unknown;
}

/** What is otherwise than the last up left it: somebody's hand, or an up that failed half way. A preview sees more: files, accounts, the schema. */
export function driftOf({ hosts, database, recorded }: Pick<Status, "hosts" | "database" | "recorded">): string[] {
  if ("unknown" in recorded) return [];
  const { value: left } = recorded;
  const hasMoved =
    "value" in database && !database.value.isUnfinished && isText(left.databaseVersion) && database.value.version !== left.databaseVersion;
  return [
    ...Object.entries(hosts).flatMap(([name, host]) => ("value" in host ? hostDrift(name, host.value, left) : [])),
    ...(hasMoved ? [`the database is at ${database.value.version}, the last up left it at ${left.databaseVersion}: pulumi preview`] : []),
  ];
}

function hostDrift(name: string, live: { slot: string; release: string; commit: string }, left: Recorded): string[] {
  const [commit, slot, release] = [left.commit, left.activeSlot, left.release].map((value) => ofHost(value, name));
  const isSame = (commit === undefined || commit === live.commit) && (slot === undefined || slot === live.slot);
  const told = (...[tag = "something", id = "", from = "no slot"]: (string | undefined)[]): string =>
    `${[tag, id.slice(0, 8)].filter((word) => word !== "").join(" ")} from ${from}`;
  if (isSame) return [];
  return [`${name} serves ${told(live.release, live.commit, live.slot)}, the last up left ${told(release, commit, slot)}: pulumi preview`];
}

const isText = (value: unknown): value is string => typeof value === "string";

function ofHost(value: unknown, name: string): string | undefined {
  const own = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : value;
  return isText(own) ? own : undefined;
}
