import * as pulumi from "@pulumi/pulumi";
import type { BackupRecord } from "../backup/contract";
import { waiting } from "../resource";
import type { Credentials, OffsiteRecord, Store } from "./contract";
import type * as managed from "./managed-store";
import { OffsiteCopyResource } from "./resource";

export interface OffsiteInputs extends Omit<Store, "prefix"> {
  /** Default: NAME/STACK. */
  prefix?: string;
  partBytes: number;
  directory: string;
  backup: pulumi.Output<BackupRecord | null>;
  /** Of a store that is there already. */
  credentials?: Credentials;
  /** Of a store that this stack makes. */
  managed?: Pick<managed.ManagedStoreInputs, "keepDays" | "lock">;
}

/** The newest backup in an S3 store, which this stack makes at AWS if it is to. */
export class Offsite extends pulumi.ComponentResource {
  /** The newest backup's copy; null before the first. */
  readonly copy: pulumi.Output<OffsiteRecord | null>;
  readonly change: pulumi.Output<string>;

  constructor(name: string, app: string, inputs: OffsiteInputs, options: pulumi.ComponentResourceOptions) {
    const { own, child } = waiting(options);
    super("selfhelp:offsite:Offsite", name, {}, own);
    const { managed: wanted, credentials: given, ...store } = inputs;
    const prefix = inputs.prefix ?? `${app}/${pulumi.getStack()}`;
    const made = wanted === undefined ? undefined : new (managedStore())(name, { ...store, ...wanted, prefix }, { parent: this });
    const credentials = made?.credentials ?? pulumi.secret(given as Credentials);
    const bucket = made?.bucket ?? inputs.bucket;
    const dependsOn = pulumi.output(child.dependsOn ?? []).apply((steps) => [steps, made ?? []].flat());
    const copy = new OffsiteCopyResource(`${name}-copy`, { ...store, bucket, prefix, credentials }, { parent: this, ...child, dependsOn });
    this.copy = copy.offsite;
    this.change = copy.change;
    this.registerOutputs({ copy: this.copy, change: this.change });
  }
}

/** What it is made with is loaded only where a stack asks for it. */
function managedStore(): typeof managed.ManagedStore {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require("./managed-store") as typeof managed).ManagedStore;
}
