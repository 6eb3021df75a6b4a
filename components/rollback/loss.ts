import type { BackupManifest } from "../backup/contract";
import type { LiveVersion } from "../migration/read-version";

/** What goes with a restore. */
export interface Loss {
  /** "2026-11-23 04:24:18" */
  since: string;
  /** How long that is ago; one decimal. */
  hours: string;
  /** Scripts that ran since. */
  scripts: string[];
}

/** Tables whose number of rows is another one now: "users: 118 rows -> 120"; as many rows may still be others. */
export function rowDifferences({ details }: BackupManifest, live: ReadonlyMap<string, number | null>): string[] {
  const then = (details?.objects ?? []).flatMap(({ kind, name, rows }) => (kind === "table" && rows !== undefined ? [{ name, rows }] : []));
  return then.flatMap(({ name, rows }) => {
    const now = live.get(name);
    return now === rows
      ? []
      : [`${name}: ${now === undefined ? "not there" : now === null ? "could not be counted" : `${now} rows`} -> ${rows}`];
  });
}

export function lossOf({ takenAt }: BackupManifest, { ledger }: Pick<LiveVersion, "ledger">, now: Date): Loss {
  return {
    since: takenAt.slice(0, 19).replace("T", " "),
    hours: ((now.getTime() - Date.parse(takenAt)) / 3_600_000).toFixed(1),
    scripts: ledger.filter(({ finished_at }) => finished_at !== null && finished_at > takenAt).map(({ script }) => script),
  };
}

/** The backup that was made before the last script that ran, or stopped; undefined when there was none, or it is gone. */
export function backupBefore({ ledger }: Pick<LiveVersion, "ledger">, manifests: readonly BackupManifest[]): BackupManifest | undefined {
  const id = ledger.findLast(({ backup }) => backup !== null)?.backup;
  return manifests.find((manifest) => manifest.id === id);
}
