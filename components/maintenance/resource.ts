import * as pulumi from "@pulumi/pulumi";
import { type Later, properties } from "../resource";
import { type EndInputs, endToken, type WindowInputs, windowToken } from "./contract";

/** The window that a change of database or code happens in. */
export class WindowResource extends pulumi.CustomResource {
  declare readonly openedAt: pulumi.Output<string | null>;
  declare readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<WindowInputs>, options: pulumi.CustomResourceOptions) {
    super(windowToken, name, properties(inputs, ["openedAt", "change"]), options);
  }
}

/** Its end. */
export class EndResource extends pulumi.CustomResource {
  declare readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<EndInputs>, options: pulumi.CustomResourceOptions) {
    super(endToken, name, properties(inputs, ["change"]), options);
  }
}
