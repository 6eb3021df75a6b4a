import * as pulumi from "@pulumi/pulumi";
import { type Later, properties } from "../resource";
import { type DeploymentSeal, type RecordInputs, recordToken } from "./contract";

/** The end of a deployment in the audit log. */
export class RecordResource extends pulumi.CustomResource {
  declare readonly lastDeployment: pulumi.Output<DeploymentSeal | null>;

  constructor(name: string, inputs: Later<RecordInputs>, options: pulumi.CustomResourceOptions) {
    super(recordToken, name, properties(inputs, ["lastDeployment"]), options);
  }
}
