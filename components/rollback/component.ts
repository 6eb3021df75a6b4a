import * as pulumi from "@pulumi/pulumi";
import { type Later, waiting } from "../resource";
import type { RestoreInputs } from "./contract";
import { RestoreResource } from "./resource";

/** The database goes back to a backup, once. */
export class Restore extends pulumi.ComponentResource {
  readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<RestoreInputs>, options: pulumi.ComponentResourceOptions) {
    const { own, child } = waiting(options);
    super("selfhelp:rollback:Restore", name, {}, own);
    this.change = new RestoreResource(`${name}-database`, inputs, { parent: this, ...child }).change;
    this.registerOutputs({ change: this.change });
  }
}
