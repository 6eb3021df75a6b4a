import * as pulumi from "@pulumi/pulumi";
import type { Durations } from "../migration/contract";
import { type Later, properties } from "../resource";
import { type RehearsalInputs, rehearsalToken } from "./contract";

/** The pending scripts, run on a copy. */
export class RehearsalResource extends pulumi.CustomResource {
  declare readonly schema: pulumi.Output<Record<string, string> | null>;
  declare readonly durations: pulumi.Output<Durations | null>;
  declare readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<RehearsalInputs>, options: pulumi.CustomResourceOptions) {
    super(rehearsalToken, name, properties(inputs, ["schema", "durations", "change"]), options);
  }
}
