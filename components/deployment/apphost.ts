import * as pulumi from "@pulumi/pulumi";
import type { HostSettings } from "../../host/host";
import type { ServerConfig, StackConfig } from "./config";
import { type DeployerFiles, deployerPath } from "./deployer";

/** The provider instance of a stack: which hosts, which keys, which database. A changed key or password changes this one resource. */
export class AppHost extends pulumi.ProviderResource {
  constructor(name: string, config: StackConfig, files: DeployerFiles, options?: pulumi.ResourceOptions) {
    super(
      "apphost",
      name,
      {
        app: config.app,
        hosts: JSON.stringify(config.hosts.map(hostSettings)),
        database: pulumi.secret(
          JSON.stringify({ ...placeOf(config), ...loginSettings(config.database, files.databaseCa), name: config.database.name }),
        ),
        ...rehearsalSettings(config, files),
      },
      options,
    );
  }
}

function hostSettings({ jump, ...host }: StackConfig["hosts"][number]): HostSettings {
  return { ...withKeyPath(host), ...(jump === undefined ? {} : { jump: withKeyPath(jump) }) };
}

function withKeyPath<Host extends { privateKeyPath?: string }>(host: Host): Host {
  return host.privateKeyPath === undefined ? host : { ...host, privateKeyPath: deployerPath(host.privateKeyPath) };
}

/** The server of the copies, reached over the database's own host; default: the database's own. Its schemas are named by each backup. */
function rehearsalSettings(config: StackConfig, files: DeployerFiles): { rehearsal?: pulumi.Output<string> } {
  const { enabled, database } = config.rehearsal;
  if (!enabled || database === undefined) return {};
  const { over, address } = placeOf(config);
  const named = config.hosts.find(({ name }) => name === database.host);
  const own = named === undefined ? (database.host ?? address) : named.name === over ? "127.0.0.1" : named.address;
  const login = loginSettings(database, files.rehearsalCa);
  return { rehearsal: pulumi.secret(JSON.stringify({ over, address: own, ...login, name: config.database.name })) };
}

/** `database.host` is a host of the inventory (reached on its own loopback), or an address as the first host reaches it. */
function placeOf({ database, hosts }: StackConfig): { over?: string; address?: string } {
  const own = hosts.find(({ name }) => name === database.host) ?? (database.host === undefined ? hosts[0] : undefined);
  return { over: (own ?? hosts[0])?.name, address: own === undefined ? database.host : "127.0.0.1" };
}

const loginSettings = ({ port, user, password }: ServerConfig, ca: string | undefined): Record<string, unknown> => ({
  ...{ port, user, password },
  ...(ca === undefined ? {} : { tls: { ca } }),
});
