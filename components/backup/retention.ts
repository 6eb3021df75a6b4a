import type { LedgerRow } from "../migration/ledger";
import { type LiveVersion, unknownVersion } from "../migration/read-version";
import { isVersion, sameVersion } from "../migration/version";
import type { Keep } from "./contract";
import { isOf, isWhole, type StoredBackup } from "./folder";

/** What becomes of a backup, and why. */
export interface Decision {
  id: string;
  stays: boolean;
  /** "the newest of 2026-11-23" / "v8.1.0 came from it" / "older than the 7 days, 5 weeks and 12 months that are kept" */
  why: string;
}

export interface Circumstances {
  keep: Keep;
  /** The database whose backups these are; those of others are not touched. */
  database: string;
  /** Ids that are the way back from where the database is, with a reason each. */
  needed: ReadonlyMap<string, string>;
  now: Date;
}

/** A backup as far as its keeping is concerned. */
interface Dated {
  id: string;
  at: Date;
  isVerified: boolean;
}

/** Which backups stay and which may go, in the order given; anything that isn't surely an old, superseded backup stays. Pure. */
export function decide(backups: readonly StoredBackup[], circumstances: Circumstances): Decision[] {
  const set = backups.map((backup) => ({ id: backup.id, stays: true, why: whyUntouched(backup, circumstances) }));
  const dated = backups.flatMap((backup) => (whyUntouched(backup, circumstances) === "" ? [datedOf(backup)] : []));
  const reasons = reasonsToKeep(dated, circumstances);
  const { daily, weekly, monthly } = circumstances.keep;
  const superseded = `not the newest of a day, week or month that is kept (${daily} days, ${weekly} weeks, ${monthly} months)`;
  return set.map((decision) => {
    if (decision.why !== "") return decision;
    const why = reasons.get(decision.id);
    return { id: decision.id, stays: why !== undefined, why: why ?? superseded };
  });
}

/** "" for one that is decided about. */
function whyUntouched(backup: StoredBackup, { database, now }: Circumstances): string {
  if (!isWhole(backup)) return `${backup.problem}: look at it`;
  if (!isOf(database, backup)) return `it is of the database ${backup.manifest.details?.database}`;
  const at = Date.parse(backup.manifest.takenAt);
  if (Number.isNaN(at)) return "its time can't be read: look at it";
  return at > now.getTime() ? "its time is in the future: look at it" : "";
}

const datedOf = ({ id, manifest }: StoredBackup): Dated => ({
  id,
  at: new Date(manifest?.takenAt ?? ""),
  isVerified: typeof manifest?.verifiedAt === "string",
});

/** The first reason that holds, by id. */
function reasonsToKeep(backups: readonly Dated[], { keep, needed }: Circumstances): Map<string, string> {
  const newestFirst = backups.toSorted((one, other) => other.at.getTime() - one.at.getTime() || (one.id < other.id ? 1 : -1));
  const verified = newestFirst.find(({ isVerified }) => isVerified);
  const reasons: [string, string][] = [
    ...(verified === undefined ? [] : [[verified.id, "the newest that was verified"] as [string, string]]),
    ...newestFirst.flatMap(({ id }): [string, string][] => (needed.has(id) ? [[id, needed.get(id) ?? ""]] : [])),
    ...newestFirst
      .slice(0, Math.max(1, keep.minimum))
      .map(({ id }): [string, string] => [id, `one of the newest ${Math.max(1, keep.minimum)}`]),
    ...newestOfEach(newestFirst, keep.daily, dayOf, (day) => `the newest of ${day}`),
    ...newestOfEach(newestFirst, keep.weekly, weekOf, (monday) => `the newest of the week from ${monday}`),
    ...newestOfEach(newestFirst, keep.monthly, monthOf, (month) => `the newest of ${month}`),
  ];
  return new Map(reasons.reverse());
}

/** Of each of the last `count` periods that have one. */
function newestOfEach(
  newestFirst: readonly Dated[],
  count: number,
  periodOf: (at: Date) => string,
  why: (period: string) => string,
): [string, string][] {
  const newest = new Map<string, string>();
  for (const { id, at } of newestFirst) if (!newest.has(periodOf(at))) newest.set(periodOf(at), id);
  return [...newest].slice(0, count).map(([period, id]) => [id, why(period)]);
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
const monthOf = (at: Date): string => at.toISOString().slice(0, 7);

/** Its Monday. */
function weekOf(at: Date): string {
  const daysSinceMonday = (at.getUTCDay() + 6) % 7;
  return dayOf(new Date(at.getTime() - daysSinceMonday * 24 * 3600 * 1000));
}

/** The backups that may not go now: the ways back, the one that is to be restored, and the one that alone can complete a restore which was interrupted. */
export function neededNow({ label, ledger, restoring }: LiveVersion, restoreFrom: string | null): Map<string, string> {
  const needed = waysBack(label, ledger);
  if (restoreFrom !== null) needed.set(restoreFrom, "selfhelp:restoreFrom names it");
  if (restoring !== undefined) needed.set(restoring, "a restore of it was interrupted");
  return needed;
}

/** The backups that lead back from where a database is: those made before the scripts that led to its version, or that it is in the middle of. */
export function waysBack(label: string, ledger: readonly LedgerRow[]): Map<string, string> {
  const at = label === unknownVersion ? ledger.findLast(({ state }) => state === "applied" || state === "resolved")?.to_version : label;
  const isWayBack = ({ to_version, state, done }: LedgerRow): boolean =>
    state === "running" ||
    (state === "failed" && done > 0) ||
    (at !== undefined && isVersion(at) && isVersion(to_version) && sameVersion(to_version, at));
  return new Map(
    ledger.flatMap((row): [string, string][] =>
      row.backup !== null && isWayBack(row) ? [[row.backup, `the way back from ${row.to_version}`]] : [],
    ),
  );
}
