import * as pulumi from "@pulumi/pulumi";
import type { Slot } from "../../host/site";
import { type Later, waiting } from "../resource";
import type { WantedPermissions } from "./contract";
import { PermissionsResource } from "./resource";

/** Where a release stands on a host, and since when. */
export interface Standing {
  slot: pulumi.Input<Slot>;
  builtAt: pulumi.Input<string | null>;
}

/** PHP reads a release and writes only where it has to; nobody else reads its secrets. Before anybody is served from it. */
export class Permissions extends pulumi.ComponentResource {
  /** "as wanted" / "3 differ: …", by host name. */
  readonly permissions: Record<string, pulumi.Output<string>> = {};
  /** What was or will be done, by host name. */
  readonly changes: Record<string, pulumi.Output<string>> = {};

  constructor(
    name: string,
    releases: Record<string, Standing>,
    wanted: Later<WantedPermissions>,
    options: pulumi.ComponentResourceOptions,
  ) {
    const { own, child } = waiting(options);
    super("selfhelp:hardening:Permissions", name, {}, own);
    for (const [host, { slot, builtAt }] of Object.entries(releases)) {
      const inputs = { ...wanted, host, slot, builtAt, differing: [] };
      const resource = new PermissionsResource(`${name}-${host}`, inputs, { parent: this, ...child });
      this.permissions[host] = resource.permissions;
      this.changes[host] = resource.change;
    }
    this.registerOutputs({ changes: this.changes });
  }
}
