import * as pulumi from "@pulumi/pulumi";
import type { Slot } from "../../host/site";
import { type Later, waiting } from "../resource";
import type { ReleaseInputs } from "./contract";
import { ReleaseResource } from "./resource";

/** A release, built beside the active one on every host. */
export class Release extends pulumi.ComponentResource {
  /** Slot that the release stands in, by host name. */
  readonly slots: Record<string, pulumi.Output<Slot>>;
  /** When it was built there, by host name. */
  readonly builtAt: Record<string, pulumi.Output<string | null>>;
  /** What was or will be done, by host name. */
  readonly changes: Record<string, pulumi.Output<string>>;

  constructor(
    name: string,
    hosts: readonly string[],
    inputs: Later<Omit<ReleaseInputs, "host">>,
    options: pulumi.ComponentResourceOptions,
  ) {
    const { own, child } = waiting(options);
    super("selfhelp:release:Release", name, {}, own);
    this.slots = {};
    this.builtAt = {};
    this.changes = {};
    for (const host of hosts) {
      const release = new ReleaseResource(`${name}-${host}`, { ...inputs, host }, { parent: this, ...child });
      this.slots[host] = release.slot;
      this.builtAt[host] = release.builtAt;
      this.changes[host] = release.change;
    }
    this.registerOutputs({ slots: this.slots, builtAt: this.builtAt, changes: this.changes });
  }
}
