import * as pulumi from "@pulumi/pulumi";
import type { Slot } from "../../host/site";
import { type Later } from "../resource";
import type { ReleaseInputs } from "./contract";
import { ReleaseResource } from "./resource";

/** A release, built beside the active one on every host. */
export class Release extends pulumi.ComponentResource {
  /** Slot that the release stands in, by host name. */
  readonly slots: Record<string, pulumi.Output<Slot>>;
  /** What was or will be done, by host name. */
  readonly changes: Record<string, pulumi.Output<string>>;

  constructor(
    name: string,
    hosts: readonly string[],
    inputs: Later<Omit<ReleaseInputs, "host">>,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("selfhelp:release:Release", name, {}, options);
    this.slots = {};
    this.changes = {};
    for (const host of hosts) {
      const release = new ReleaseResource(`${name}-${host}`, { ...inputs, host }, { parent: this });
      this.slots[host] = release.slot;
      this.changes[host] = release.change;
    }
    this.registerOutputs({ slots: this.slots, changes: this.changes });
  }
}
