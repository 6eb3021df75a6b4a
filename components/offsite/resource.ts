import * as pulumi from "@pulumi/pulumi";
import { type Later, properties } from "../resource";
import { type OffsiteCopyInputs, type OffsiteRecord, offsiteToken } from "./contract";

/** The newest backup in an S3 store. */
export class OffsiteCopyResource extends pulumi.CustomResource {
  declare readonly offsite: pulumi.Output<OffsiteRecord | null>;
  declare readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<OffsiteCopyInputs>, options: pulumi.CustomResourceOptions) {
    super(offsiteToken, name, properties(inputs, ["offsite", "change"]), options);
  }
}
