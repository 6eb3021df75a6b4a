import * as pulumi from "@pulumi/pulumi";
import { type Later, properties } from "../resource";
import { type PermissionsInputs, permissionsToken } from "./contract";

/** Owners and modes of a site's files on one host. */
export class PermissionsResource extends pulumi.CustomResource {
  declare readonly permissions: pulumi.Output<string>;
  declare readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<PermissionsInputs>, options: pulumi.CustomResourceOptions) {
    super(permissionsToken, name, properties(inputs, ["permissions", "change"]), options);
  }
}
