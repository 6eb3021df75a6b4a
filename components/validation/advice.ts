import { fpmUnit, type Site, type Slot } from "../../host/site";
import type { SlotsState } from "../release/contract";
import type { CheckResult, Checks } from "./contract";
import { activeRelease } from "../switch/slots";

/** What users see, and what to do, when a release failed before the switch. */
export function afterCandidate(
  site: Site,
  slots: SlotsState,
  slot: Slot,
  { release, newerDatabase }: Checks,
  results: readonly CheckResult[],
): string {
  const failed = results.some(({ result }) => result === "failed");
  return (
    `${servedNow(slots)} The ${failed ? "failed " : ""}release still stands in ${slot} for inspection: on the host, see curl -i http://127.0.0.1:8080 ` +
    `and sudo journalctl -u ${fpmUnit(site.app, slot)}. ${failed ? failedNext : untoldNext}` +
    (newerDatabase === null
      ? ""
      : ` The database, at ${newerDatabase}, is newer than what ${release} was made for; to take it back as well: selfhelp rollback --database previous`)
  );
}

const failedNext = "Deploy a corrected release; if the cause lay elsewhere, remove it and start again.";
const untoldNext = "No check says that the release is wrong: remove what kept checks from being made, and start again.";

/** The same after the switch. */
export const afterDeployment = (release: string): string =>
  `Users are served ${release} as it is. Remove the cause, or change a limit that is too tight (docs/validation.md), and start again, which repeats the checks; ` +
  `or go back: set selfhelp:release to the release before (pulumi stack output previousRelease) and start again.`;

function servedNow(slots: SlotsState): string {
  if (slots.active !== null) return `Users are still served from ${slots.active} (${activeRelease(slots)}).`;
  return slots.foreignTarget === null ? "Users are not served anything yet." : `Users are still served from ${slots.foreignTarget}.`;
}
