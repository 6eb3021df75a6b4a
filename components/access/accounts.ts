import { dialectOf } from "../../database/dialect";
import { copySchema } from "../backup/copy";
import { type AccessConfig, type AccountConfig, type Role, rolesOf } from "./config";
import type { Account, Grant } from "./contract";

/** Where a stack's database is, as its accounts see it. */
export interface Place {
  /** The schema's name. */
  database: string;
  /** Whether everybody who logs in is on the server's own host. */
  isLocal: boolean;
  /** As the server says it: "10.11.6-MariaDB" */
  version: string;
}

/** An account with what it is for. */
export interface RoleAccount extends Account {
  role: Role;
  password: string;
}

/** Every account of a stack; an application's last one is as its current one. */
export function accountsOf(access: AccessConfig, place: Place): RoleAccount[] {
  return rolesOf(access).flatMap((role) => {
    const account = access[role];
    if (account === undefined) return [];
    const common = { role, from: fromOf(account, place.isLocal), requireTls: requiresTls(role, account, place.isLocal) };
    const grants = [...grantsOf(role, place), ...account.also.map(alsoGranted)];
    const previous = role === "application" ? access.application?.previous : undefined;
    return [account, ...(previous === undefined ? [] : [previous])].map(({ user, password }) => ({ ...common, user, password, grants }));
  });
}

/** From the server's own host by TCP, as PHP, the dump and SSH's own end of a tunnel come. */
const fromOf = ({ from }: AccountConfig, isLocal: boolean): string => from ?? (isLocal ? "127.0.0.1" : "%");

/** PHP asks for TLS only where it is told to, and what stays on one host is read by nobody on the way. */
export const requiresTls = (role: Role, { requireTls }: AccountConfig, isLocal: boolean): boolean =>
  requireTls ?? !(role === "application" && isLocal);

/** What each role needs, and nothing else. */
function grantsOf(role: Role, { database, version }: Place): Grant[] {
  const on = escaped(database);
  const { readRoutines } = dialectOf(version);
  const grants: Record<Role, Grant[]> = {
    application: [{ database: on, table: "*", privileges: ["SELECT", "INSERT", "UPDATE", "DELETE", "EXECUTE", "CREATE TEMPORARY TABLES"] }],
    migration: [
      { database: on, table: "*", privileges: ["ALL PRIVILEGES"] },
      { database: `${escaped(copySchema(database, "").prefix)}%`, table: "*", privileges: ["ALL PRIVILEGES"] },
      readRoutines,
    ],
    backup: [{ database: on, table: "*", privileges: ["SELECT", "SHOW VIEW", "TRIGGER", "EVENT", "LOCK TABLES"] }, readRoutines],
    monitoring: [{ database, table: "version", privileges: ["SELECT"] }],
  };
  return grants[role];
}

/** A schema's name as the pattern that means only it; beside a table's name it is none. */
const escaped = (name: string): string => name.replace(/[_%]/g, "\\$&");

function alsoGranted({ privileges, on }: AccountConfig["also"][number]): Grant {
  const [database = "*", table = "*"] = on.split(".");
  return { database: database === "*" ? "*" : table === "*" ? escaped(database) : database, table, privileges };
}
