import * as pulumi from "@pulumi/pulumi";
import { type Later, waiting } from "../resource";
import type { EndInputs, WindowInputs } from "./contract";
import { EndResource, WindowResource } from "./resource";

/** Users of every host are answered 503 from here on, whenever what is live differs from what is wanted. */
export class MaintenanceWindow extends pulumi.ComponentResource {
  /** When it was opened, ISO 8601; null: it is not open. */
  readonly openedAt: pulumi.Output<string | null>;
  readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<WindowInputs>, options: pulumi.ComponentResourceOptions) {
    const { own, child } = waiting(options);
    super("selfhelp:maintenance:Window", name, {}, own);
    const window = new WindowResource(`${name}-hosts`, inputs, { parent: this, ...child });
    this.openedAt = window.openedAt;
    this.change = window.change;
    this.registerOutputs({ change: this.change });
  }
}

/** They are served again. */
export class MaintenanceEnd extends pulumi.ComponentResource {
  constructor(name: string, inputs: Later<EndInputs>, options: pulumi.ComponentResourceOptions) {
    const { own, child } = waiting(options);
    super("selfhelp:maintenance:End", name, {}, own);
    new EndResource(`${name}-hosts`, inputs, { parent: this, ...child });
    this.registerOutputs({});
  }
}
