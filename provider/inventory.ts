import { hostname, userInfo } from "node:os";
import { AuditTrail } from "../components/audit/trail";
import { connectDatabase, type DatabaseSession } from "../database/connect";
import { AccessDenied } from "../database/errors";
import { DeploymentError } from "../host/errors";
import type { Host } from "../host/host";
import { type HeldLock, type Holder, holdLocks, retakeLocks } from "../host/lock";
import { type Hide, redact } from "../host/redact";
import { siteOf } from "../host/site";
import { connectHost } from "../host/ssh";
import type { Settings } from "./configuration";
import type { DatabaseSettings, Inventory } from "./handler";
import { once } from "./once";
import { secretsIn } from "./secrets";

/** The stack's hosts and database, connected at first use: one SSH connection a host, one session with the database. */
export function openInventory(settings: Settings): Inventory {
  const { app, hosts, database, rehearsal, administrator, dump, environment } = settings;
  const secrets = secretsIn(settings);
  const hide: Hide = (text) => redact(text, secrets);
  const site = siteOf(app);
  const connected = new Map<string, Host>(hosts.map((settings) => [settings.name, connectHost(settings, hide)]));
  const host = (name: string): Host => {
    const known = connected.get(name);
    if (known === undefined)
      throw new DeploymentError(`there is no host "${name}" in selfhelp:hosts, only: ${[...connected.keys()].join(", ")}.`);
    return known;
  };
  const audit = new AuditTrail(() => host(database.over), site, hide);
  const all = [...connected.values()];
  let looking: DatabaseSession | undefined;
  // What an account is still to be made for, or given its new password, by this very run can be looked at before.
  const lookAsAdministrator = async (error: unknown): Promise<DatabaseSession> => {
    if (administrator === undefined || !(error instanceof AccessDenied)) throw error;
    looking = await connectDatabase({ ...administratorOf(settings), name: database.name }, host(database.over));
    return looking;
  };
  let taken: { held: HeldLock; holder: Holder } | undefined;
  const lock = once(async (purpose: string) => {
    const holder = { operator: operator(), purpose };
    const held = await holdLocks(all, site, holder);
    taken = { held, holder };
    void audit.learn();
    void audit.begin(holder);
    return held;
  });
  return {
    site,
    operator: operator(),
    audit,
    host,
    databaseHost: () => host(database.over),
    databaseSettings: database,
    environment,
    copySettings: rehearsal ?? database,
    dumpSettings: dump === undefined ? database : { ...database, ...dump, key: "selfhelp:access.backup" },
    database: once(
      () => connectDatabase(database, host(database.over)).catch(lookAsAdministrator),
      (session) => session.isOpen() && session !== looking,
    ),
    administrator: once(
      () => connectDatabase(administratorOf(settings), host(database.over)),
      (session) => session.isOpen(),
    ),
    lock: async (purpose) => {
      const held = await lock(purpose);
      held.assertHeld();
      return held.since;
    },
    relock: async () => {
      if (taken !== undefined && !taken.held.isHeld()) taken.held = await retakeLocks(all, site, taken.holder, taken.held);
    },
  };
}

/** Bound to no schema: accounts are the server's. */
function administratorOf({ database, administrator }: Settings): DatabaseSettings {
  if (administrator === undefined) throw new DeploymentError("the stack names no selfhelp:access.administrator.");
  return { ...database, ...administrator, name: "information_schema", key: "selfhelp:access.administrator" };
}

const operator = (): string => `${process.env["SELFHELP_OPERATOR"] ?? process.env["SUDO_USER"] ?? userInfo().username}@${hostname()}`;
