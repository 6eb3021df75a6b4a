import * as pulumi from "@pulumi/pulumi";
import { waiting } from "../resource";
import type { RoleAccount } from "./accounts";
import type { Account } from "./contract";
import type * as managed from "./managed-accounts";
import { AccountsResource } from "./resource";

export interface AccessInputs extends Omit<managed.ManagedAccountsInputs, "accounts"> {
  accounts: RoleAccount[];
  /** What of the server's own set-up is removed: "anonymous users" */
  remove: string[];
  /** Names of the hosts that releases are on. */
  hosts: string[];
}

/** Who may log in to the database, and do what there; made before anything else needs them. */
export class Access extends pulumi.ComponentResource {
  /** "as wanted" / "2 differ: …" */
  readonly access: pulumi.Output<string>;
  /** What lets others in, and is left. */
  readonly findings: pulumi.Output<string[]>;
  readonly change: pulumi.Output<string>;
  /** What needs an account waits for this; the component itself ends later, with the rights in what migrations make. */
  readonly ready: pulumi.Resource;

  readonly #managed: managed.ManagedAccounts;

  constructor(name: string, { accounts, remove, hosts, ...connection }: AccessInputs, options: pulumi.ComponentResourceOptions) {
    const { own, child } = waiting(options);
    super("selfhelp:access:Access", name, {}, own);
    this.#managed = new (managedAccounts())(name, { ...connection, accounts }, { parent: this });
    const wanted = accounts.map(({ user, from, requireTls, grants }): Account => ({ user, from, requireTls, grants }));
    const dependsOn = pulumi.output(child.dependsOn ?? []).apply((steps) => [steps, this.#managed.ready].flat());
    const inputs = { accounts: wanted, remove, hosts, differing: [], users: accounts.map(({ user }) => user) };
    const resource = new AccountsResource(`${name}-accounts`, inputs, { parent: this, ...child, dependsOn });
    this.ready = resource;
    this.access = resource.access;
    this.findings = resource.findings;
    this.change = resource.change;
    this.registerOutputs({ access: this.access, findings: this.findings });
  }

  /** Gives the rights in what migrations make first. */
  completeAfter(...migrations: pulumi.Resource[]): void {
    this.#managed.completeAfter(...migrations);
  }
}

/** What they are made with is loaded only where a stack asks for it. */
function managedAccounts(): typeof managed.ManagedAccounts {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require("./managed-accounts") as typeof managed).ManagedAccounts;
}
