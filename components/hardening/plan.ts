import type { Live, Planned } from "../../provider/handler";
import type { PermissionsInputs, PermissionsState } from "./contract";
import { countOf, type Findings, summaryOf, textsOf } from "./findings";

export const asWanted = "as wanted";

/** @param builtAt of what the wanted slot holds */
export function livePermissions(
  found: Findings,
  wanted: PermissionsInputs,
  builtAt: string | null,
): Live<PermissionsInputs, PermissionsState> {
  const differing = textsOf(found);
  const permissions = differing.length === 0 ? asWanted : summaryOf(differing, "differ");
  return { inputs: { ...wanted, builtAt, differing }, state: { permissions, change: "unchanged" } };
}

/** A release that is still to be built is its builder's until then. */
export function planPermissions(
  { inputs, state }: Live<PermissionsInputs, PermissionsState>,
  wanted: PermissionsInputs,
): Planned<PermissionsState> {
  const parts = [
    ...(inputs.differing.length === 0 ? [] : [state.permissions]),
    ...(isBuilt(wanted) ? [] : [`of the release in ${wanted.slot}, once it is built`]),
  ];
  return { permissions: asWanted, change: parts.join("; ") };
}

/** What was done. In a release that has just been built everything is PHP's, its folder first. */
export function doneText(differing: readonly string[], { slot }: PermissionsInputs, folder: string): string {
  if (differing.length === 0) return "unchanged";
  if (differing.some((text) => text.startsWith(`${folder} `))) return `of the release in ${slot}, ${countOf(differing)} files`;
  return summaryOf(differing, "corrected");
}

/** During a preview the moment is not known while a build is due. */
export const isBuilt = (wanted: PermissionsInputs): boolean => ({ ...wanted }).builtAt !== undefined;
