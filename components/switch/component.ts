import * as pulumi from "@pulumi/pulumi";
import type { Slot } from "../../host/site";
import { type Later, waiting } from "../resource";
import type { SwitchInputs } from "./contract";
import { SwitchResource } from "./resource";

/** Users are served from the slot that the release stands in, on every host. */
export class Switch extends pulumi.ComponentResource {
  readonly hosts: Record<string, SwitchResource> = {};

  constructor(
    name: string,
    slots: Record<string, pulumi.Input<Slot>>,
    inputs: Later<Omit<SwitchInputs, "host" | "slot">>,
    options: pulumi.ComponentResourceOptions,
  ) {
    const { own, child } = waiting(options);
    super("selfhelp:switch:Switch", name, {}, own);
    // One host after the other: where one fails, those behind it keep the release that they serve.
    let before: pulumi.Resource[] = [];
    for (const [host, slot] of Object.entries(slots)) {
      const dependsOn = [...before, ...[child.dependsOn ?? []].flat()] as pulumi.Resource[];
      this.hosts[host] = new SwitchResource(`${name}-${host}`, { ...inputs, host, slot }, { parent: this, dependsOn });
      before = [this.hosts[host]];
    }
    this.registerOutputs({ changes: this.each((host) => host.change) });
  }

  /** One output of each host's switch, by host name. */
  each<Value>(pick: (host: SwitchResource) => pulumi.Output<Value>): Record<string, pulumi.Output<Value>> {
    return Object.fromEntries(Object.entries(this.hosts).map(([name, host]) => [name, pick(host)]));
  }
}
