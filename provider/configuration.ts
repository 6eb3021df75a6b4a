import type { HostSettings } from "../host/host";
import { Secret } from "../host/secret";
import { Fields } from "./fields";
import type { DatabaseSettings, Problem } from "./handler";
import type { Values } from "./wire";

/** The provider instance's configuration; components/deployment/apphost.ts makes it from the stack's config. */
export interface Settings {
  /** Lower-case letters, digits and "-": part of paths and units. */
  app: string;
  hosts: HostSettings[];
  database: DatabaseSettings;
  /** Where copies are restored, when that is another server. */
  rehearsal?: DatabaseSettings;
  /** Who may make accounts on the database's server, when this stack does. */
  administrator?: Login;
  /** Who backups are made as, when that is somebody else. */
  dump?: Login;
  /** Socket on the deployer's disk that leads to the database's server while the plugin runs. */
  tunnel?: string;
  /** Text of the application's .env.local, when the stack says what is in it. */
  environment?: Secret;
}

/** Of the database's server. */
export type Login = Pick<DatabaseSettings, "user" | "password" | "encrypted">;

/** @param values as Configure gets them: `hosts` and `database` are JSON. @returns the settings, or every problem; no problem shows a value */
export function parseConfiguration(values: Values): { settings: Settings } | { problems: Problem[] } {
  const problems: Problem[] = [];
  const json = Object.fromEntries(
    ["hosts", "database", "rehearsal", "administrator", "dump"].map((name) => [name, fromJson(values[name])]),
  );
  const all = new Fields({ ...values, ...json }, "", problems);
  const settings = {
    app: all.text("app", '"selfhelp"'),
    hosts: all.list("hosts").map((host) => ({ ...hostIn(host), jump: host.optional("jump", (name) => hostIn(host.object(name))) })),
    database: databaseIn(all.object("database")),
    rehearsal: all.optional("rehearsal", (name) => ({ ...databaseIn(all.object(name)), key: "selfhelp:rehearsal.database" })),
    administrator: all.optional("administrator", (name) => loginIn(all.object(name))),
    dump: all.optional("dump", (name) => loginIn(all.object(name))),
    tunnel: all.optional("tunnel", (name) => all.text(name, '"/tmp/database.sock"')),
    environment: all.optional("environment", (name) => new Secret(all.text(name, "lines NAME='value'"))),
  };
  if (problems.length === 0) problems.push(...contradictions(settings));
  return problems.length > 0 ? { problems } : { settings };
}

/** What isn't JSON stays as it is, and is then refused for what it is not. */
function fromJson(value: unknown): unknown {
  if (value === undefined) return undefined;
  try {
    return JSON.parse(String(value));
  } catch {
    return value;
  }
}

const hostIn = (host: Fields): Omit<HostSettings, "jump"> => ({
  name: host.text("name", '"web1"'),
  address: host.text("address", '"web1.example.org"'),
  port: host.port("port", 22),
  user: host.text("user", '"deploy"'),
  hostKey: host.text("hostKey", '"ssh-ed25519 AAAA…"', { mayBeEmpty: true }),
  privateKeyPath: host.optional("privateKeyPath", (name) => host.text(name, '"/home/me/.ssh/deploy"')),
});

const databaseIn = (database: Fields): DatabaseSettings => ({
  over: database.text("over", '"web1"'),
  address: database.text("address", '"127.0.0.1"'),
  port: database.port("port", 3306),
  name: database.text("name", '"selfhelp"'),
  ...loginIn(database),
  tls: database.optional("tls", (name) => ({ ca: database.object(name).text("ca", '"-----BEGIN CERTIFICATE-----…"') })),
});

const loginIn = (login: Fields): Login => ({
  user: login.text("user", '"selfhelp_deploy"'),
  password: new Secret(login.text("password", "a Pulumi secret", { mayBeEmpty: true })),
  ...login.optional("encrypted", () => ({ encrypted: true })),
});

function contradictions({ app, hosts, database }: Settings): Problem[] {
  const names = hosts.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return [
    ...problem(/^[a-z][a-z0-9-]*$/.test(app), "app", `must be lower-case letters, digits and "-", for example "selfhelp", not "${app}"`),
    ...problem(twice === undefined, "hosts", `have the name "${twice}" twice`),
    ...problem(names.includes(database.over), "database.over", `must be one of the hosts (${names.join(", ")}), not "${database.over}"`),
  ];
}

const problem = (isFine: boolean, propertyPath: string, reason: string): Problem[] => (isFine ? [] : [{ propertyPath, reason }]);
