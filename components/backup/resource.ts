import * as pulumi from "@pulumi/pulumi";
import { type Later, properties } from "../resource";
import { type BackupInputs, type BackupRecord, backupToken } from "./contract";

/** The backup that a change of database or code needs first. */
export class BackupResource extends pulumi.CustomResource {
  declare readonly lastBackup: pulumi.Output<BackupRecord | null>;
  declare readonly backupId: pulumi.Output<string | null>;
  declare readonly copy: pulumi.Output<string | null>;
  declare readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<BackupInputs>, options: pulumi.CustomResourceOptions) {
    super(backupToken, name, properties(inputs, ["lastBackup", "backupId", "copy", "change"]), options);
  }
}
