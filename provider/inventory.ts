import { hostname, userInfo } from "node:os";
import { AuditTrail, ciRun } from "../components/audit/trail";
import { connectDatabase } from "../database/connect";
import { DeploymentError } from "../host/errors";
import type { Host } from "../host/host";
import { type HeldLock, type Holder, holdLocks, retakeLocks } from "../host/lock";
import { redact } from "../host/redact";
import { siteOf } from "../host/site";
import { connectHost } from "../host/ssh";
import type { Settings } from "./configuration";
import type { Inventory } from "./handler";
import { once } from "./once";
import { secretsIn } from "./secrets";

/** The stack's hosts and database, connected at first use: one SSH connection a host, one session with the database. */
export function openInventory(settings: Settings): Inventory {
  const { app, hosts, database, rehearsal, environment } = settings;
  const secrets = secretsIn(settings);
  const site = siteOf(app);
  const connected = new Map<string, Host>(hosts.map((settings) => [settings.name, connectHost(settings)]));
  const host = (name: string): Host => {
    const known = connected.get(name);
    if (known === undefined)
      throw new DeploymentError(`there is no host "${name}" in selfhelp:hosts, only: ${[...connected.keys()].join(", ")}.`);
    return known;
  };
  const audit = new AuditTrail(
    () => host(database.over),
    site,
    (text) => redact(text, secrets),
  );
  const all = [...connected.values()];
  let taken: { held: HeldLock; holder: Holder } | undefined;
  const lock = once(async (purpose: string) => {
    const holder = { operator: operator(), purpose };
    const held = await holdLocks(all, site, holder);
    taken = { held, holder };
    void audit.note({ event: "begun", purpose, operator: operator(), run: ciRun(process.env) });
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
    database: once(
      () => connectDatabase(database, host(database.over)),
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

const operator = (): string => `${process.env["SELFHELP_OPERATOR"] ?? process.env["SUDO_USER"] ?? userInfo().username}@${hostname()}`;
