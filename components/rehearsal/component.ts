import * as pulumi from "@pulumi/pulumi";
import type { Durations } from "../migration/contract";
import { type Later, waiting } from "../resource";
import type { RehearsalInputs } from "./contract";
import { RehearsalResource } from "./resource";

/** A migration, tried on a copy of the live database that the fresh backup was restored into. */
export class Rehearsal extends pulumi.ComponentResource {
  /** What the database's schema will be; null when nothing was rehearsed. */
  readonly schema: pulumi.Output<Record<string, string> | null>;
  /** How long its statements took; null when nothing was rehearsed. */
  readonly durations: pulumi.Output<Durations | null>;
  readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<RehearsalInputs>, options: pulumi.ComponentResourceOptions) {
    const { own, child } = waiting(options);
    super("selfhelp:rehearsal:Rehearsal", name, {}, own);
    const rehearsal = new RehearsalResource(`${name}-copy`, inputs, { parent: this, ...child });
    this.schema = rehearsal.schema;
    this.durations = rehearsal.durations;
    this.change = rehearsal.change;
    this.registerOutputs({ change: this.change });
  }
}
