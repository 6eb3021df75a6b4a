import * as provider from "@pulumi/pulumi/proto/provider_pb";
import type { Problem } from "./handler";

export const checkFailure = ({ propertyPath, reason }: Problem): provider.CheckFailure =>
  new provider.CheckFailure().setProperty(propertyPath).setReason(reason);

/** That these inputs differ, each to be changed in place; none of them: nothing is due. */
export function diffResponse(changed: readonly string[]): provider.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = provider.DiffResponse.DiffChanges;
  const response = new provider.DiffResponse().setHasdetaileddiff(true).setDiffsList([...changed]);
  response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
  const change = new provider.PropertyDiff().setKind(provider.PropertyDiff.Kind.UPDATE).setInputdiff(true);
  for (const name of changed) response.getDetaileddiffMap().set(name, change);
  return response;
}
