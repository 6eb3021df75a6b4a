import * as pulumi from "@pulumi/pulumi";
import type { Slot } from "../../host/site";
import { type Later, properties } from "../resource";
import { type ReleaseInputs, releaseToken } from "./contract";

/** A release, built in a slot of one host. */
export class ReleaseResource extends pulumi.CustomResource {
  declare readonly slot: pulumi.Output<Slot>;
  declare readonly builtAt: pulumi.Output<string | null>;
  declare readonly previousRelease: pulumi.Output<string | null>;
  declare readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<ReleaseInputs>, options: pulumi.CustomResourceOptions) {
    super(releaseToken, name, properties(inputs, ["slot", "builtAt", "previousRelease", "change"]), options);
  }
}
