import { DeploymentError } from "../../host/errors";
import type { Slot } from "../../host/site";
import type { CheckResult } from "./contract";
import { tableOf } from "./table";

/** What was checked did not pass all its checks. */
export class ValidationFailed extends DeploymentError {
  constructor(
    /** "v8.1.0 in green" */
    readonly subject: string,
    readonly host: string,
    readonly results: readonly CheckResult[],
    /** What users see now, and what to do. */
    now: string,
  ) {
    const count = (wanted: CheckResult["result"]): number => results.filter(({ result }) => result === wanted).length;
    const open = count("inconclusive");
    const told = open === 0 ? "" : ` (${open} of them could not be told: the check itself did not work)`;
    super(
      `${subject} on host "${host}" did not pass ${count("failed") + open} of ${results.length} checks${told}:\n${tableOf(results)}\n${now}`,
    );
  }
}

/** 127.0.0.1:8080 shows something else than what is to be checked, so that a check would prove nothing. */
export class CandidateNotShown extends DeploymentError {
  constructor(
    readonly host: string,
    readonly slot: Slot,
    readonly problem: string,
    remedy: string,
  ) {
    super(`host "${host}": the release in ${slot} can't be checked: ${problem}. Nothing was switched. ${remedy}`);
  }
}
