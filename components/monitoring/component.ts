import * as pulumi from "@pulumi/pulumi";
import { waiting } from "../resource";
import type { Settings } from "./contract";
import { MonitorResource } from "./resource";

/** Each host looks at itself, and tells somebody when users are not served; or nothing of that is left on it. */
export class Monitoring extends pulumi.ComponentResource {
  /** "every 30 s" / "off" / "2 differ: …", by host name. */
  readonly monitoring: Record<string, pulumi.Output<string>> = {};
  /** What was or will be done, by host name. */
  readonly changes: Record<string, pulumi.Output<string>> = {};

  /** @param settings by host name; null: it is not monitored */
  constructor(name: string, settings: Record<string, Settings | null>, options: pulumi.ComponentResourceOptions) {
    const { own, child } = waiting(options);
    super("selfhelp:monitoring:Monitoring", name, {}, own);
    for (const [host, wanted] of Object.entries(settings)) {
      // Whoever knows a webhook's address can write there.
      const text = wanted === null ? null : pulumi.secret(JSON.stringify(wanted, null, 1));
      const resource = new MonitorResource(`${name}-${host}`, { host, settings: text, differing: [] }, { parent: this, ...child });
      this.monitoring[host] = resource.monitoring;
      this.changes[host] = resource.change;
    }
    this.registerOutputs({ changes: this.changes });
  }
}
