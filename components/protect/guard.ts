import * as pulumi from "@pulumi/pulumi";
import type { ProtectConfig } from "./config";
import type { Circumstances } from "./contract";
import { type OtherStack, otherStackOf, refusals, refusalText } from "./rules";

/** Set to a reason, it lets a protected stack be changed all the same. */
const breakGlass = "SELFHELP_BREAK_GLASS";

/**
 * Ends the program before it declares anything when a protected stack must not be changed now; a preview only says so. The way back (`selfhelp rollback`) is open
 * at any time.
 * @throws pulumi.RunError naming every reason
 */
export async function assertMayChange(
  protect: ProtectConfig,
  release: { name: string; commit: string },
  circumstances: () => Promise<Circumstances>,
): Promise<void> {
  const { operators, clean, pushed, after, preflight } = protect;
  if (operators === undefined && !clean && !pushed && after === undefined && preflight === undefined) return;
  const found = refusals(protect, await circumstances(), release, after === undefined ? null : await otherStack(after));
  if (found.length === 0) return;
  const reason = process.env[breakGlass] ?? (process.env["SELFHELP_ACTION"] === "rollback" ? "a rollback" : "");
  const text = refusalText(pulumi.getStack(), found);
  if (reason !== "") return pulumi.log.warn(`${text}\nIt is changed: ${reason}`);
  if (pulumi.runtime.isDryRun()) return pulumi.log.warn(text);
  throw new pulumi.RunError(text);
}

async function otherStack(name: string): Promise<OtherStack> {
  const full = name.includes("/") ? name : `${pulumi.getOrganization()}/${pulumi.getProject()}/${name}`;
  const stack = new pulumi.StackReference(full);
  const [commit, last] = await Promise.all([stack.getOutputDetails("commit"), stack.getOutputDetails("lastDeployment")]);
  return otherStackOf(commit.value, last.value);
}
