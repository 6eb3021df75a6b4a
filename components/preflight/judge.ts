import { matchesGlob } from "node:path/posix";
import type { Bump } from "../migration/bump";
import { compareVersions, isVersion, sameVersion } from "../migration/version";
import type { CheckResult, Limit } from "../validation/contract";
import { judged } from "../validation/limits";
import type { PreflightConfig } from "./config";
import { failed, type Judged, ok, untold, warning } from "./contract";

/** The way from what is live to what is wanted. */
export interface Way {
  live: string;
  wanted: string;
  relation: "same" | "after" | "before" | "apart";
  /** null: what is live is no version to count on from. */
  bump: Bump | null;
}

/** Whether the release's name is what the process's rules make of its changes. */
export function versionBox({ live, wanted, relation, bump }: Way): Judged {
  if (relation === "same") return ok(`${wanted} is live`);
  if (relation === "before") return warning(`${wanted} comes before ${live}, which is live: this is a way back`);
  if (bump === null) return warning(`${live}, which is live, is no version: nothing to count on from`);
  const why = `${bump.increment ?? "no"} change since ${live}: ${bump.reasons[0] ?? ""}`;
  if (bump.verdict !== null && !bump.verdict.agrees)
    return failed(`${bump.verdict.file} leads to ${bump.verdict.leadsTo}, but the next version is ${bump.next} (${why})`);
  if (!isVersion(wanted)) return ok(`as a version it would be ${bump.next} (${why})`);
  if (sameVersion(wanted, bump.next)) return ok(why);
  return compareVersions(wanted, bump.next) < 0
    ? failed(`it must be ${bump.next}, not ${wanted} (${why})`)
    : warning(`the next version would be ${bump.next}, not ${wanted} (${why})`);
}

/** Whether what changed was written down where it has to be. */
export function docsBox(changed: readonly string[], rules: PreflightConfig["docs"]): Judged {
  const touches = (globs: readonly string[]): string | undefined => changed.find((file) => globs.some((glob) => matchesGlob(file, glob)));
  const missing = rules.flatMap(({ when, then }) => {
    const file = touches(when);
    return file === undefined || touches(then) !== undefined ? [] : [`${file} changed, and nothing of ${then.join(", ")}`];
  });
  return missing.length === 0 ? ok("what has to be written down was") : failed(missing.join("\n"));
}

/** @param newest null: there is none */
export function backupBox(newest: { takenAt: string; verifiedAt: string | null } | null, limit: Limit, now: number): Judged {
  if (newest === null) return warning("there is none yet; the deployment makes one before it changes the database");
  const hours = Math.max(0, Math.round((now - Date.parse(newest.takenAt)) / 360_000) / 10);
  const detail = `the newest is ${hours} h old, ${newest.verifiedAt === null ? "and was never restored" : "and was proven by restoring it"}`;
  const told = boxOf(judged(hours, limit, detail));
  return newest.verifiedAt === null && told.result === "ok" ? warning(detail) : told;
}

/** @param seconds by which the host's clock is ahead, give or take `uncertain` */
export function clockBox(seconds: number, uncertain: number, limit: Limit): Judged {
  const off = Math.max(0, Math.abs(seconds) - uncertain);
  const text = off < 1 ? "less than a second off" : `${Math.round(off)} s ${seconds > 0 ? "ahead of" : "behind"} this machine`;
  return boxOf(judged(off, limit, text));
}

/** A check's result as a box's. */
export function boxOf({ result, detail }: Pick<CheckResult, "result" | "detail">): Judged {
  if (result === "inconclusive") return untold(detail);
  return result === "passed" ? ok(detail) : { result, detail };
}
