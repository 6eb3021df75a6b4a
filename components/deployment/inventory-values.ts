import type { HostSettings } from "../../host/host";
import type { ServerConfig, StackConfig } from "./config";
import { type DeployerFiles, deployerPath } from "./deployer";
import { dotenvText } from "./dotenv";

/** A stack's inventory as the provider is configured with it: texts, and JSON texts. */
export interface InventoryValues {
  app: string;
  hosts: string;
  /** Has a password in it. */
  database: string;
  /** Has a password in it; absent: copies are restored on the database's own server. */
  rehearsal?: string;
  /** Has secrets in it; absent: .env.local is a shared file, made by hand. */
  environment?: string;
}

/** What of a stack's config the provider must know to reach its hosts and databases. */
export const inventoryValues = (config: StackConfig, files: DeployerFiles): InventoryValues => ({
  app: config.app,
  hosts: JSON.stringify(config.hosts.map(hostSettings)),
  database: JSON.stringify({ ...placeOf(config), ...loginSettings(config.database, files.databaseCa), name: config.database.name }),
  ...rehearsalValues(config, files),
  ...(hasEnvironment(config) ? { environment: dotenvText({ APP_ENV: "prod", APP_DEBUG: "0", ...config.environment }) } : {}),
});

/** Whether the stack says what is in the application's .env.local. */
export const hasEnvironment = ({ environment }: StackConfig): boolean => Object.keys(environment).length > 0;

function hostSettings({ jump, ...host }: StackConfig["hosts"][number]): HostSettings {
  return { ...withKeyPath(host), ...(jump === undefined ? {} : { jump: withKeyPath(jump) }) };
}

function withKeyPath<Host extends { privateKeyPath?: string }>(host: Host): Host {
  return host.privateKeyPath === undefined ? host : { ...host, privateKeyPath: deployerPath(host.privateKeyPath) };
}

/** The server of the copies, reached over the database's own host; default: the database's own. Its schemas are named by each backup. */
function rehearsalValues(config: StackConfig, files: DeployerFiles): Pick<InventoryValues, "rehearsal"> {
  const { enabled, database } = config.rehearsal;
  if (!enabled || database === undefined) return {};
  const { over, address } = placeOf(config);
  const named = config.hosts.find(({ name }) => name === database.host);
  const own = named === undefined ? (database.host ?? address) : named.name === over ? "127.0.0.1" : named.address;
  const login = loginSettings(database, files.rehearsalCa);
  return { rehearsal: JSON.stringify({ over, address: own, ...login, name: config.database.name }) };
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
