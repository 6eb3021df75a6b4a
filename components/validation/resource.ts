import * as pulumi from "@pulumi/pulumi";
import { type Later, properties } from "../resource";
import { type CandidateInputs, type CheckResult, type DeploymentInputs, candidateToken, deploymentToken } from "./contract";

/** The checks of a release before users are served from it. */
export class CandidateResource extends pulumi.CustomResource {
  declare readonly results: pulumi.Output<CheckResult[]>;
  declare readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<CandidateInputs>, options: pulumi.CustomResourceOptions) {
    super(candidateToken, name, properties(inputs, ["results", "change"]), options);
  }
}

/** The checks of what users are served from, after a change. */
export class DeploymentResource extends pulumi.CustomResource {
  declare readonly results: pulumi.Output<CheckResult[]>;
  declare readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<DeploymentInputs>, options: pulumi.CustomResourceOptions) {
    super(deploymentToken, name, properties(inputs, ["results", "change"]), options);
  }
}
