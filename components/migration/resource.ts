import * as pulumi from "@pulumi/pulumi";
import { type Later, properties } from "../resource";
import { type DatabaseVersionInputs, databaseVersionToken } from "./contract";

/** The version that the live database is at. */
export class DatabaseVersionResource extends pulumi.CustomResource {
  declare readonly version: pulumi.Output<string>;
  declare readonly appliedScripts: pulumi.Output<string[]>;
  declare readonly changedAt: pulumi.Output<string | null>;
  declare readonly change: pulumi.Output<string>;
  declare readonly findings: pulumi.Output<string[]>;

  constructor(name: string, inputs: Later<DatabaseVersionInputs>, options: pulumi.CustomResourceOptions) {
    super(databaseVersionToken, name, properties(inputs, ["appliedScripts", "changedAt", "change", "findings"]), options);
  }
}
