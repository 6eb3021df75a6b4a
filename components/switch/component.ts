import * as pulumi from "@pulumi/pulumi";
import type { Slot } from "../../host/site";
import type { Hooks } from "../rollout/contract";
import { type Later, waiting } from "../resource";
import type { SwitchInputs } from "./contract";
import { SwitchResource } from "./resource";

/** What is known of one host. */
export interface Served {
  activeSlot: Slot | "none";
  release: string;
  commit: string;
  previousRelease: string | null;
  maintenance: boolean;
  changedAt: string | null;
  change: string;
}

/** Users are served from the slot that the release stands in, on every host. */
export class Switch extends pulumi.ComponentResource {
  readonly hosts: readonly string[];
  readonly #served: { [Key in keyof Served]: pulumi.Output<Record<string, NonNullable<Served[Key]>>> };

  constructor(
    name: string,
    slots: Record<string, pulumi.Input<Slot>>,
    { hooks, ...inputs }: Later<Omit<SwitchInputs, "hosts" | "slots" | "unproven" | "hooks">> & { hooks: Record<string, Hooks> },
    options: pulumi.ComponentResourceOptions,
  ) {
    const { own, child } = waiting(options);
    super("selfhelp:switch:Switch", name, {}, own);
    this.hosts = Object.keys(slots);
    // One resource for all of them: Pulumi begins nothing new after a failure, and here something has to be done then.
    const all = { ...inputs, hosts: [...this.hosts], slots: pulumi.all(slots), unproven: [], hooks: pulumi.secret(hooks) };
    const resource = new SwitchResource(`${name}-hosts`, all, { parent: this, ...child });
    this.#served = {
      ...{ activeSlot: resource.activeSlots, release: resource.releases, commit: resource.commits },
      ...{ previousRelease: resource.previousReleases, maintenance: resource.maintenance },
      ...{ changedAt: resource.changedAt, change: resource.changes },
    };
    this.registerOutputs({ changes: this.each("change") });
  }

  /** One value of each host, by its name. */
  each<Key extends keyof Served>(key: Key): Record<string, pulumi.Output<Served[Key]>> {
    const values: pulumi.Output<Record<string, Served[Key] | undefined>> = this.#served[key];
    return Object.fromEntries(this.hosts.map((name) => [name, values.apply((known) => (known[name] ?? null) as Served[Key])]));
  }
}
