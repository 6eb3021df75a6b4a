import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "./config";
import type { DeployerFiles } from "./deployer";
import { inventoryValues } from "./inventory-values";

/** The provider instance of a stack: which hosts, which keys, which database. A changed key or password changes this one resource. */
export class AppHost extends pulumi.ProviderResource {
  constructor(name: string, config: StackConfig, files: DeployerFiles, options?: pulumi.ResourceOptions) {
    const { app, hosts, tunnel, ...secrets } = inventoryValues(config, files);
    const hidden = Object.entries(secrets).map(([key, value]) => [key, pulumi.secret(value)]);
    super("apphost", name, { app, hosts, tunnel, ...Object.fromEntries(hidden) }, options);
  }
}
