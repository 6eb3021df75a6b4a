import { requiresTls } from "../access/accounts";
import type { Role } from "../access/config";
import type { HostSettings } from "../../host/host";
import { socketPath } from "../../host/socket";
import type { ServerConfig, StackConfig } from "./config";
import { type DeployerFiles, deployerPath } from "./deployer";
import { dotenvText } from "./dotenv";
import { copiesPlaceOf, isLoopback, placeOf } from "./server-places";

/** A stack's inventory as the provider is configured with it: texts, and JSON texts. */
export interface InventoryValues {
  app: string;
  hosts: string;
  /** Has a password in it. */
  database: string;
  /** Has a password in it; absent: copies are restored on the database's own server. */
  rehearsal?: string;
  /** Has a password in it; absent: the stack makes no accounts. */
  administrator?: string;
  /** Has a password in it; absent: backups are made by who does the rest. */
  dump?: string;
  /** Path of a socket on the deployer that leads to the server; absent: nobody needs it. */
  tunnel?: string;
  /** Has secrets in it; absent: .env.local is a shared file, made by hand. */
  environment?: string;
}

/** What of a stack's config the provider must know to reach its hosts and databases. */
export const inventoryValues = (config: StackConfig, files: DeployerFiles): InventoryValues => ({
  app: config.app,
  hosts: JSON.stringify(config.hosts.map(hostSettings)),
  database: JSON.stringify({
    ...placeOf(config),
    ...loginSettings(config.database, files.databaseCa),
    ...encryption(config, "migration"),
    name: config.database.name,
  }),
  ...rehearsalValues(config, files),
  ...accessValues(config),
  ...(hasEnvironment(config) ? { environment: dotenvText({ APP_ENV: "prod", APP_DEBUG: "0", ...environmentOf(config) }) } : {}),
});

/** The application's environment; where it logs in is known unless the stack says it itself. */
export const environmentOf = (config: StackConfig): Record<string, string> => {
  const { access, environment } = config;
  return access?.application === undefined ? environment : { DATABASE_URL: databaseUrl(config, access.application), ...environment };
};

/** Doctrine asks the server for its version where the address doesn't tell it. */
function databaseUrl(config: StackConfig, { user, password }: { user: string; password: string }): string {
  const { host, port, name } = config.database;
  const named = config.hosts.find((one) => one.name === host);
  const address = isLocal(config) ? "127.0.0.1" : (named?.address ?? host ?? "127.0.0.1");
  const [login, secret, schema] = [user, password, name].map(encodeURIComponent);
  return `mysql://${login}:${secret}@${address.includes(":") ? `[${address}]` : address}:${port}/${schema}?charset=utf8mb4`;
}

/** Whether everybody who logs in to the database is on its own host. */
export const isLocal = (config: StackConfig): boolean => config.hosts.length === 1 && isLoopback(placeOf(config));

function accessValues(config: StackConfig): Pick<InventoryValues, "administrator" | "dump" | "tunnel"> {
  const { access } = config;
  if (access === undefined) return {};
  const { administrator, backup, endpoint } = access;
  return {
    administrator: JSON.stringify(administrator),
    ...(backup === undefined
      ? {}
      : { dump: JSON.stringify({ user: backup.user, password: backup.password, ...encryption(config, "backup") }) }),
    ...(endpoint === undefined ? { tunnel: tunnelPath(config) } : {}),
  };
}

/** The same for everybody who deploys this database as the same user of a deployer. */
export function tunnelPath(config: StackConfig): string {
  const { over, address } = placeOf(config);
  const host = config.hosts.find(({ name }) => name === over);
  return socketPath(JSON.stringify([config.app, host?.address, host?.port, address, config.database.port]));
}

/** An account of this stack that must use TLS does so unverified where no authority is configured. */
function encryption(config: StackConfig, role: Role): { encrypted?: true } {
  const account = config.access?.[role];
  return account !== undefined && requiresTls(role, account, isLocal(config)) ? { encrypted: true } : {};
}

/** Whether the stack says what is in the application's .env.local. */
export const hasEnvironment = ({ environment }: StackConfig): boolean => Object.keys(environment).length > 0;

function hostSettings({ jump, ...host }: StackConfig["hosts"][number]): HostSettings {
  return { ...withKeyPath(host), ...(jump === undefined ? {} : { jump: withKeyPath(jump) }) };
}

function withKeyPath<Host extends { privateKeyPath?: string }>(host: Host): Host {
  return host.privateKeyPath === undefined ? host : { ...host, privateKeyPath: deployerPath(host.privateKeyPath) };
}

/** The server of the copies; its schemas are named by each backup. */
function rehearsalValues(config: StackConfig, files: DeployerFiles): Pick<InventoryValues, "rehearsal"> {
  const { enabled, database } = config.rehearsal;
  if (!enabled || database === undefined) return {};
  const login = loginSettings(database, files.rehearsalCa);
  return { rehearsal: JSON.stringify({ ...copiesPlaceOf(config), ...login, name: config.database.name }) };
}

const loginSettings = ({ port, user, password }: ServerConfig, ca: string | undefined): Record<string, unknown> => ({
  ...{ port, user, password },
  ...(ca === undefined ? {} : { tls: { ca } }),
});
