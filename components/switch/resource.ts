import * as pulumi from "@pulumi/pulumi";
import type { Slot } from "../../host/site";
import { type Later, properties } from "../resource";
import { type SwitchInputs, switchToken } from "./contract";

/** The slots that users of every host are served from. */
export class SwitchResource extends pulumi.CustomResource {
  declare readonly activeSlots: pulumi.Output<Record<string, Slot | "none">>;
  declare readonly releases: pulumi.Output<Record<string, string>>;
  declare readonly commits: pulumi.Output<Record<string, string>>;
  declare readonly previousReleases: pulumi.Output<Record<string, string>>;
  declare readonly maintenance: pulumi.Output<Record<string, boolean>>;
  declare readonly changedAt: pulumi.Output<Record<string, string>>;
  declare readonly changes: pulumi.Output<Record<string, string>>;

  constructor(name: string, inputs: Later<SwitchInputs>, options: pulumi.CustomResourceOptions) {
    const outputs = ["activeSlots", "releases", "previousReleases", "maintenance", "changedAt", "changes"];
    super(switchToken, name, properties(inputs, outputs), options);
  }
}
