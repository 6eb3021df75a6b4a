import * as pulumi from "@pulumi/pulumi";
import type { Slot } from "../../host/site";
import { type Later, waiting } from "../resource";
import type { ApiCheck, CandidateInputs, CheckResult, DeploymentInputs } from "./contract";
import { CandidateResource, DeploymentResource } from "./resource";

/** The release answers right on every host, in its slot, before a user sees it. */
export class CandidateValidation extends pulumi.ComponentResource {
  /** Results of the last run, by host name. */
  readonly results: Record<string, pulumi.Output<CheckResult[]>> = {};

  constructor(
    name: string,
    slots: Record<string, pulumi.Input<Slot>>,
    { integrationTest, ...inputs }: Later<Omit<CandidateInputs, "host" | "slot">>,
    options: pulumi.ComponentResourceOptions,
  ) {
    const { own: mine, child } = waiting(options);
    super("selfhelp:validation:Candidate", name, {}, mine);
    for (const [index, [host, slot]] of Object.entries(slots).entries()) {
      // Once is enough: the database behind it is the same, and two runs at a time would meet there.
      const once = index === 0 ? { integrationTest } : { integrationTest: null, ...withoutSchema };
      const own = { ...secret(inputs), ...once, host, slot };
      this.results[host] = new CandidateResource(`${name}-${host}`, own, { parent: this, ...child }).results;
    }
    this.registerOutputs({ results: this.results });
  }
}

/** What users are served from answers right on every host, after the last change. */
export class DeploymentValidation extends pulumi.ComponentResource {
  /** Results of the last run, by host name. */
  readonly results: Record<string, pulumi.Output<CheckResult[]>> = {};

  constructor(
    name: string,
    hosts: readonly string[],
    { url, ...inputs }: Later<Omit<DeploymentInputs, "host">>,
    options: pulumi.ComponentResourceOptions,
  ) {
    const { own: mine, child } = waiting(options);
    super("selfhelp:validation:Deployment", name, {}, mine);
    for (const [index, host] of hosts.entries()) {
      const own = { ...secret(inputs), ...(index === 0 ? { url } : { url: null, ...withoutSchema }), host };
      this.results[host] = new DeploymentResource(`${name}-${host}`, own, { parent: this, ...child }).results;
    }
    this.registerOutputs({ results: this.results });
  }
}

/** The mapping of one commit and one database is the same wherever it is asked, and takes a second of each processor. */
const withoutSchema = { schemaCommand: "" };

/** Logins, headers and bodies are in the checks: in the state and in every preview they are ciphertext. */
const secret = <Inputs extends { checks: pulumi.Input<ApiCheck[]> }>(inputs: Inputs): Inputs => ({
  ...inputs,
  checks: pulumi.secret(inputs.checks),
});
