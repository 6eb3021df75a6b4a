import * as pulumi from "@pulumi/pulumi";
import { type Later, waiting } from "../resource";
import type { DeploymentSeal, RecordInputs } from "./contract";
import { RecordResource } from "./resource";

/** The record of a deployment that came to its end; what its steps did is recorded by each. */
export class AuditRecord extends pulumi.ComponentResource {
  /** The last deployment that came to its end; null: none did yet. */
  readonly lastDeployment: pulumi.Output<DeploymentSeal | null>;

  constructor(name: string, inputs: Later<RecordInputs>, options: pulumi.ComponentResourceOptions) {
    const { own, child } = waiting(options);
    super("selfhelp:audit:Record", name, {}, own);
    this.lastDeployment = new RecordResource(`${name}-end`, inputs, { parent: this, ...child }).lastDeployment;
    this.registerOutputs({ lastDeployment: this.lastDeployment });
  }
}
