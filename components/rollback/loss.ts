import type { RecordedDeployment } from "../audit/deployments";
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

/** Those that had not ended when the backup was made, oldest first: "2026-11-23 05:10 v8.1.0, done, by ann@laptop" */
export const deploymentsSince = ({ takenAt }: BackupManifest, deployments: readonly RecordedDeployment[]): string[] =>
  deployments
    .filter(({ at, seconds }) => Date.parse(at) + seconds * 1000 > Date.parse(takenAt))
    .map(
      ({ at, release, wanted, purpose, result, operator }) =>
        `${at.slice(0, 16).replace("T", " ")} ${release ?? wanted?.release ?? purpose}, ${result}, by ${operator}`,
    );

/** The backup that was made before the last script that ran, or stopped; undefined when there was none, or it is gone. */
export function backupBefore({ ledger }: Pick<LiveVersion, "ledger">, manifests: readonly BackupManifest[]): BackupManifest | undefined {
  const id = ledger.findLast(({ backup }) => backup !== null)?.backup;
  return manifests.find((manifest) => manifest.id === id);
}
