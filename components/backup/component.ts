import * as pulumi from "@pulumi/pulumi";
import { type Later, waiting } from "../resource";
import type { BackupInputs, BackupRecord } from "./contract";
import { BackupResource } from "./resource";

/** A fresh, encrypted backup of the database whenever what is live differs from what is wanted. */
export class Backup extends pulumi.ComponentResource {
  /** The newest backup; null before the first. */
  readonly lastBackup: pulumi.Output<BackupRecord | null>;
  /** Id of the backup that the change now running can go back to; null when none was due. */
  readonly backupId: pulumi.Output<string | null>;
  /** Schema of the copy that stayed for a rehearsal; null: none did. */
  readonly copy: pulumi.Output<string | null>;
  readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<BackupInputs>, options: pulumi.ComponentResourceOptions) {
    const { own, child } = waiting(options);
    super("selfhelp:backup:Backup", name, {}, own);
    const backup = new BackupResource(`${name}-database`, inputs, { parent: this, ...child });
    this.lastBackup = backup.lastBackup;
    this.backupId = backup.backupId;
    this.copy = backup.copy;
    this.change = backup.change;
    this.registerOutputs({ lastBackup: this.lastBackup, change: this.change });
  }
}
