import * as pulumi from "@pulumi/pulumi";
import type { Slot } from "../../host/site";
import { type Later, properties } from "../resource";
import { type SwitchInputs, switchToken } from "./contract";

/** The slot that users of one host are served from. */
export class SwitchResource extends pulumi.CustomResource {
  declare readonly activeSlot: pulumi.Output<Slot | "none">;
  declare readonly release: pulumi.Output<string>;
  declare readonly commit: pulumi.Output<string>;
  declare readonly previousRelease: pulumi.Output<string | null>;
  declare readonly maintenance: pulumi.Output<boolean>;
  declare readonly changedAt: pulumi.Output<string | null>;
  declare readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<SwitchInputs>, options: pulumi.CustomResourceOptions) {
    super(switchToken, name, properties(inputs, ["activeSlot", "previousRelease", "maintenance", "changedAt", "change"]), options);
  }
}
