import * as pulumi from "@pulumi/pulumi";
import { type Later, properties } from "../resource";
import { type AccountsInputs, accountsToken } from "./contract";

/** The rights of a stack's accounts. */
export class AccountsResource extends pulumi.CustomResource {
  /** "as wanted" / "2 differ: …" */
  declare readonly access: pulumi.Output<string>;
  declare readonly findings: pulumi.Output<string[]>;
  declare readonly change: pulumi.Output<string>;

  constructor(name: string, inputs: Later<AccountsInputs>, options: pulumi.CustomResourceOptions) {
    super(accountsToken, name, properties(inputs, ["access", "findings", "change", "made"]), options);
  }
}
