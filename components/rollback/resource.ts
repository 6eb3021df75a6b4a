import * as pulumi from "@pulumi/pulumi";
import { type Later, properties } from "../resource";
import { type RestoreInputs, restoreToken } from "./contract";

/** The database as it was when a backup was made. */
export class RestoreResource extends pulumi.CustomResource {
  declare readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<RestoreInputs>, options: pulumi.CustomResourceOptions) {
    super(restoreToken, name, properties(inputs, ["change"]), options);
  }
}
