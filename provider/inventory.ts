import { userInfo } from "node:os";
import { connectDatabase } from "../database/connect";
import type { Database } from "../database/database";
import { DeploymentError } from "../host/errors";
import type { Host } from "../host/host";
import { type HeldLock, holdLock } from "../host/lock";
import { siteOf } from "../host/site";
import { connectHost } from "../host/ssh";
import type { Settings } from "./configuration";
import type { Inventory } from "./handler";

/** The stack's hosts and database, connected at first use: one SSH connection a host, one session with the database. */
export function openInventory({ app, hosts, database }: Settings): Inventory {
  const site = siteOf(app);
  const connected = new Map<string, Host>(hosts.map((settings) => [settings.name, connectHost(settings)]));
  const host = (name: string): Host => {
    const known = connected.get(name);
    if (known === undefined) throw new DeploymentError(`there is no host "${name}" in selfhelp:hosts, only: ${[...connected.keys()].join(", ")}`);
    return known;
  };
  const session = once(() => connectDatabase(database, host(database.over)));
  const locks = once(async () => {
    const since = new Date();
    const held = await Promise.all([...connected.values()].map((one) => holdLock(one, site, { operator: operator(), since })));
    return { since, held };
  });
  return {
    site,
    host,
    databaseHost: () => host(database.over),
    databaseSettings: database,
    database: async (): Promise<Database> => {
      const open = await session.get();
      if (open.isOpen()) return open;
      session.forget();
      return session.get();
    },
    lock: async () => {
      const { since, held } = await locks.get();
      held.forEach((lock: HeldLock) => lock.assertHeld());
      return since;
    },
  };
}

/** Who deploys, for the lock's and the audit's record. */
const operator = (): string => process.env["SELFHELP_OPERATOR"] ?? process.env["SUDO_USER"] ?? userInfo().username;

/** Concurrent first callers share one attempt; a failed one is made again by the next caller. */
function once<Value>(make: () => Promise<Value>): { get: () => Promise<Value>; forget: () => void } {
  let made: Promise<Value> | undefined;
  const forget = (): void => {
    made = undefined;
  };
  return {
    get: () => {
      made ??= make().catch((error: unknown) => {
        forget();
        throw error;
      });
      return made;
    },
    forget,
  };
}
