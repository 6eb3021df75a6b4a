import * as pulumi from "@pulumi/pulumi";
import { type Later, properties } from "../resource";
import { type MonitorInputs, monitorToken } from "./contract";

/** What watches one host from inside. */
export class MonitorResource extends pulumi.CustomResource {
  declare readonly monitoring: pulumi.Output<string>;
  declare readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<MonitorInputs>, options: pulumi.CustomResourceOptions) {
    super(monitorToken, name, properties(inputs, ["monitoring", "change"]), options);
  }
}
