import * as pulumi from "@pulumi/pulumi";
import type { HostSettings } from "../../host/host";
import type { StackConfig } from "./config";
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
        database: pulumi.secret(JSON.stringify(databaseSettings(config, files))),
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

/** `database.host` is a host of the inventory (reached on its own loopback), or an address as the first host reaches it. */
function databaseSettings({ database, hosts }: StackConfig, files: DeployerFiles): Record<string, unknown> {
  const own = hosts.find((host) => host.name === database.host) ?? (database.host === undefined ? hosts[0] : undefined);
  return {
    over: (own ?? hosts[0])?.name,
    address: own === undefined ? database.host : "127.0.0.1",
    port: database.port,
    name: database.name,
    user: database.user,
    password: database.password,
    ...(files.databaseCa === undefined ? {} : { tls: { ca: files.databaseCa } }),
  };
}
