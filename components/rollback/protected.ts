import type { Database } from "../../database/database";
import { dialectOf } from "../../database/dialect";
import { readGrants } from "../../database/grants";
import { StatementFailed } from "../../database/errors";
import type { SchemaObject } from "../backup/contract";
import { selectObjects } from "../backup/objects";
import { ObjectProtected } from "./errors";

type Owned = SchemaObject & { definer: string | null };

const accessDenied = 1227;

/**
 * MySQL lets only who has SYSTEM_USER remove what acts for an account that has it, such as root: found before anything is removed.
 * @throws ObjectProtected naming one such object
 */
export async function assertMayRemove({ query }: Database): Promise<void> {
  const [own] = await query<{ version: string; account: string }>("SELECT VERSION() AS version, CURRENT_USER() AS account");
  if (own === undefined || dialectOf(own.version).kind !== "mysql") return;
  if ((await readGrants({ query })).some((grant) => /\bSYSTEM_USER\b.* ON \*\.\* TO /.test(grant))) return;
  for (const one of onePerOwner(await query<Owned>(selectObjects), own.account))
    if (!(await mayChange(one, query))) throw new ObjectProtected(`${one.kind} ${one.name}`, one.definer ?? "", own.account);
}

/** Of each other account; a routine where it has one. Triggers go with their tables. */
function onePerOwner(objects: readonly Owned[], account: string): Owned[] {
  const byOwner = new Map<string, Owned>();
  for (const one of objects) {
    if (one.definer === null || one.definer === account || one.kind === "trigger") continue;
    if (!byOwner.has(one.definer) || isRoutine(one)) byOwner.set(one.definer, one);
  }
  return [...byOwner.values()];
}

const isRoutine = ({ kind }: SchemaObject): boolean => kind === "procedure" || kind === "function";

/** A change of a routine that changes nothing is refused like its removal; of views and events there is no such, and the worst is taken for true. */
async function mayChange(one: Owned, query: Database["query"]): Promise<boolean> {
  if (!isRoutine(one)) return false;
  try {
    await query(one.kind === "function" ? "ALTER FUNCTION ??" : "ALTER PROCEDURE ??", [one.name]);
    return true;
  } catch (error) {
    if (error instanceof StatementFailed && error.errno === accessDenied) return false;
    throw error;
  }
}
