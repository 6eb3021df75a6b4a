import * as pulumi from "@pulumi/pulumi";
import { type Later, waiting } from "../resource";
import type { DatabaseVersionInputs } from "./contract";
import { DatabaseVersionResource } from "./resource";

/** The database's schema, moved to a version by the release's scripts. */
export class Migration extends pulumi.ComponentResource {
  readonly version: pulumi.Output<string>;
  /** File names of the scripts at or below the live version. */
  readonly appliedScripts: pulumi.Output<string[]>;
  /** When this tool last changed the database; null: never. */
  readonly changedAt: pulumi.Output<string | null>;
  readonly change: pulumi.Output<string>;
  /** What the lint finds in the scripts that are to run. */
  readonly findings: pulumi.Output<string[]>;

  constructor(name: string, inputs: Later<DatabaseVersionInputs>, options: pulumi.ComponentResourceOptions) {
    const { own, child } = waiting(options);
    super("selfhelp:migration:Migration", name, {}, own);
    const database = new DatabaseVersionResource(`${name}-database`, inputs, { parent: this, ...child });
    this.version = database.version;
    this.appliedScripts = database.appliedScripts;
    this.changedAt = database.changedAt;
    this.change = database.change;
    this.findings = database.findings;
    this.registerOutputs({ version: this.version, appliedScripts: this.appliedScripts, change: this.change });
  }
}
