import * as pulumi from "@pulumi/pulumi";
import type { Slot } from "../../host/site";
import { type Later, waiting } from "../resource";
import type { CandidateInputs, CheckResult, DeploymentInputs } from "./contract";
import { CandidateResource, DeploymentResource } from "./resource";

/** The release answers right on every host, in its slot, before a user sees it. */
export class CandidateValidation extends pulumi.ComponentResource {
  constructor(
    name: string,
    slots: Record<string, pulumi.Input<Slot>>,
    inputs: Later<Omit<CandidateInputs, "host" | "slot">>,
    options: pulumi.ComponentResourceOptions,
  ) {
    const { own, child } = waiting(options);
    super("selfhelp:validation:Candidate", name, {}, own);
    for (const [host, slot] of Object.entries(slots))
      new CandidateResource(`${name}-${host}`, { ...inputs, host, slot }, { parent: this, ...child });
    this.registerOutputs({});
  }
}

/** What users are served from answers right on every host, after the last change. */
export class DeploymentValidation extends pulumi.ComponentResource {
  /** Results of the last run, by host name. */
  readonly results: Record<string, pulumi.Output<CheckResult[]>> = {};

  constructor(
    name: string,
    hosts: readonly string[],
    inputs: Later<Omit<DeploymentInputs, "host">>,
    options: pulumi.ComponentResourceOptions,
  ) {
    const { own, child } = waiting(options);
    super("selfhelp:validation:Deployment", name, {}, own);
    for (const host of hosts) {
      this.results[host] = new DeploymentResource(`${name}-${host}`, { ...inputs, host }, { parent: this, ...child }).results;
    }
    this.registerOutputs({ results: this.results });
  }
}
