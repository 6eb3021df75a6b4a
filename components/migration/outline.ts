import { type Acknowledgement } from "./lint/acknowledge";
import { type Finding, lintScripts } from "./lint/lint";
import { scriptReader, type ScriptRead } from "./lint/read-script";
import { World } from "./lint/world";
import { type Locking, lockingOf, type Server } from "./locking";
import type { Script } from "./script";
import type { Name, Sql } from "./sql/statement";

/** What a script will do, as far as it can be told before it runs. */
export interface ScriptOutline {
  file: string;
  from: string;
  to: string;
  statements: number;
  /** Tables that it names, in the order of their first mention. */
  tables: string[];
  /** Statements that change a table that is there, but not at once. */
  locks: TableLock[];
  /** Of the lint, accepted ones, too. */
  findings: Finding[];
}

export interface TableLock {
  line: number;
  table: string;
  locking: Locking["locking"];
  reason: string;
  /** Rows of the table now, as the server estimates them; absent: not asked. */
  rows?: number;
}

export interface OutlineOptions {
  server: Server;
  /** Scripts that ran before. */
  earlier: readonly Script[];
  acknowledged?: readonly Acknowledgement[];
  /** Rows by table name in small letters. */
  rows?: ReadonlyMap<string, number>;
}

/** Looks at scripts that are to run one after the other; pure. */
export function outlineOf(scripts: readonly Script[], { server, earlier, acknowledged = [], rows }: OutlineOptions): ScriptOutline[] {
  const findings = lintScripts(scripts, { earlier, acknowledged });
  const world = new World();
  const readScript = scriptReader();
  for (const { statements } of earlier.map(readScript))
    for (const { effects } of statements) effects.forEach((effect) => world.follow(effect));
  return scripts.map((script) => {
    const { file, from, to, statements } = script;
    const own = findings.filter((finding) => finding.script === file);
    return { file, from, to, statements, ...seenIn(readScript(script), world, server, rows), findings: own };
  });
}

function seenIn(read: ScriptRead, world: World, server: Server, rows: OutlineOptions["rows"]): Pick<ScriptOutline, "tables" | "locks"> {
  const tables = new Map<string, string>();
  const locks: TableLock[] = [];
  world.begin(read);
  for (const { effects, line } of read.statements)
    for (const effect of effects) {
      const [first] = tablesOf(effect);
      for (const { name } of tablesOf(effect)) if (!tables.has(name.toLowerCase())) tables.set(name.toLowerCase(), name);
      const { locking, reason } = lockingOf(effect, server, world);
      if (first !== undefined && !world.isNewTable(first) && locking !== "none" && locking !== "instant")
        locks.push({ line, table: first.name, locking, reason, rows: rows?.get(first.name.toLowerCase()) });
      world.follow(effect);
    }
  return { tables: [...tables.values()], locks };
}

function tablesOf(effect: Sql): Name[] {
  if ("table" in effect) return [effect.table];
  if ("tables" in effect) return effect.tables;
  return effect.is === "rename table" ? effect.pairs.map(({ from }) => from) : [];
}
