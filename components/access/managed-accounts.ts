import { Grant, Provider, User } from "@pulumi/mysql";
import * as pulumi from "@pulumi/pulumi";
import type { RoleAccount } from "./accounts";

export interface ManagedAccountsInputs {
  /** HOST:PORT, or the path of a socket on the deployer. */
  endpoint: string;
  tls: "true" | "skip-verify" | "false";
  administrator: { user: string; password: string };
  accounts: readonly RoleAccount[];
}

/**
 * Accounts by @pulumi/mysql. Its plugin makes, and gives rights; what is to be otherwise later is corrected by the resource behind them, in place: the plugin
 * would drop an account to change how it logs in, and take a right away in the middle of giving another one.
 */
export class ManagedAccounts extends pulumi.ComponentResource {
  /** Whatever else needs an account waits for these. */
  readonly ready: pulumi.Resource[];

  readonly #name: string;

  readonly #child: pulumi.CustomResourceOptions;

  readonly #users: { account: RoleAccount; user: User }[];

  constructor(name: string, { endpoint, tls, administrator, accounts }: ManagedAccountsInputs, options: pulumi.ComponentResourceOptions) {
    super("selfhelp:access:ManagedAccounts", name, {}, options);
    const login = { username: administrator.user, password: pulumi.secret(administrator.password) };
    this.#name = name;
    this.#child = { parent: this, provider: new Provider(name, { endpoint, tls, ...login }, { parent: this }) };
    this.#users = accounts.map((account) => ({ account, user: this.#user(account) }));
    this.ready = this.#users.flatMap(({ account, user }) => [user, ...(readsTables(account) ? [] : this.#rights(account, user, []))]);
    this.registerOutputs({});
  }

  /** Gives the rights in what migrations make first. */
  completeAfter(...migrations: pulumi.Resource[]): void {
    for (const { account, user } of this.#users) if (readsTables(account)) this.#rights(account, user, migrations);
  }

  /** The application's own password isn't changed under who uses it. */
  #user({ role, user, from, password, requireTls }: RoleAccount): User {
    const name = `${this.#name}-${user}`;
    const inputs = { user, host: from, plaintextPassword: pulumi.secret(password), tlsOption: requireTls ? "SSL" : "NONE" };
    const hooks = role === "application" ? { hooks: { beforeUpdate: [keepsItsPassword(name, user)] } } : {};
    return new User(name, inputs, { ...this.#child, ignoreChanges: ["tlsOption"], ...hooks });
  }

  /** They go with their account, or are taken away by the resource behind. */
  #rights({ user: name, grants }: RoleAccount, { user, host }: User, dependsOn: pulumi.Resource[]): Grant[] {
    const options = { ...this.#child, retainOnDelete: true, dependsOn };
    return grants.map((grant, index) => new Grant(`${this.#name}-${name}-${index + 1}`, { user, host, ...grant }, options));
  }
}

const readsTables = ({ role }: RoleAccount): boolean => role === "monitoring";

/**
 * Refuses, in a preview already, what would lock out those who serve users until the next release does: nothing but a password is ever changed in an account
 * that stays.
 */
const keepsItsPassword = (name: string, user: string): pulumi.ResourceHook =>
  new pulumi.ResourceHook(
    `${name}-keeps-its-password`,
    () => {
      throw new Error(
        `"${user}" would get another password while users are served by who has the old one. Nothing was changed. Give selfhelp:access.application ` +
          `another user and password, and move the old ones to selfhelp:access.application.previous: both can log in until you take that out.`,
      );
    },
    { onDryRun: true },
  );
