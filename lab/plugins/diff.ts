import { isDeepStrictEqual } from "node:util";
import { DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import { comparable, type Properties } from "./values";

/** Inputs whose change makes a new resource; `all` where there is no update. */
export interface Replacing {
  replacedBy: readonly string[] | "all";
}

/** Which inputs differ, and whether that makes a new resource. */
export function diff(resource: Replacing, was: Properties, wanted: Properties): DiffResponse {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(wanted)])];
  const changed = keys.filter((key) => !isDeepStrictEqual(comparable(was[key]), comparable(wanted[key])));
  const replaces = changed.filter((key) => resource.replacedBy === "all" || resource.replacedBy.includes(key));
  const response = new DiffResponse().setDiffsList(changed).setReplacesList(replaces).setHasdetaileddiff(true);
  response.setChanges(changed.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
  for (const key of changed) {
    const kind = was[key] === undefined ? "ADD" : wanted[key] === undefined ? "DELETE" : "UPDATE";
    const full = replaces.includes(key) ? (`${kind}_REPLACE` as const) : kind;
    response.getDetaileddiffMap().set(key, new PropertyDiff().setKind(PropertyDiff.Kind[full]).setInputdiff(true));
  }
  return response;
}
