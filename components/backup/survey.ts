import type { Database } from "../../database/database";
import { readGrants } from "../../database/grants";
import { readBinaryLog } from "./binary-log";
import type { SchemaObject } from "./contract";
import { type LostDefault, lostDefaults } from "./lost-characters";
import { selectObjects } from "./objects";
import type { Powers } from "./rights";
import { type Unreadable, unreadable } from "./unreadable";

/** What the server says of the database that is to be dumped, as the dump's own user sees it. */
export interface Survey extends Powers {
  /** Base tables by name that a dump can have. */
  tables: string[];
  /** Everything in the schema that a dump can have. */
  objects: SchemaObject[];
  /** Accounts that routines, views, triggers and events act for. */
  definers: string[];
  /** Size of their rows as stored, without indexes. */
  dataBytes: number;
  /** The same of their indexes. */
  indexBytes: number;
  /** Of the schema. */
  characterSet: string;
  collation: string;
  /** Folder of the server's data, on its own machine. */
  dataFolder: string;
  /** Tables whose engine has no transactions: a dump does not see them at one moment. */
  unfrozen: string[];
  /** Tables that keep their rows' history. */
  versioned: string[];
  /** Whether a dump can have that history. */
  tellsHistory: boolean;
  /** Columns of the type FLOAT, whose values a dump rounds to six digits. */
  floats: string[];
  /** Views, and tables where these were looked at, that no dump can have. */
  unreadable: Unreadable[];
  /** Tables with columns whose values the server makes itself. */
  generated: string[];
  /** Columns whose default a dump can't tell. */
  lostDefaults: LostDefault[];
  /** Routines whose text this user is not shown. */
  unreadableRoutines: string[];
  /** Functions that say neither DETERMINISTIC nor that they don't write. */
  undeclared: string[];
}

interface About {
  folder: string;
  characterSet: string;
  collation: string;
}

type Size = string | number | bigint | null;

/** @param tablesToo whether tables are looked at, too, whether they can be read */
export async function survey(database: Database, tablesToo = false): Promise<Survey> {
  const { schema } = database;
  const [about] = await database.query<About>(
    "SELECT @@datadir AS folder, default_character_set_name AS characterSet, default_collation_name AS collation " +
      "FROM information_schema.schemata WHERE schema_name = ?",
    [schema],
  );
  const tables = await database.query<{ name: string; type: string; engine: string | null; bytes: Size; indexBytes: Size }>(
    "SELECT table_name AS name, table_type AS type, engine AS engine, data_length AS bytes, index_length AS indexBytes FROM information_schema.tables " +
      "WHERE table_schema = ? AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY table_name",
    [schema],
  );
  const objects = await database.query<SchemaObject & { definer: string | null }>(`${selectObjects} ORDER BY kind, name`);
  const powers = await readPowers(database);
  const read = objects.filter(({ kind }) => kind === "view" || (tablesToo && kind === "table")).map(({ name }) => name);
  const lost = await unreadable(database, read);
  const readable = await without(lost, objects, database);
  const versioned = tables.filter(({ type }) => type === "SYSTEM VERSIONED").map(({ name }) => name);
  return {
    ...powers,
    tables: tables.flatMap(({ name }) => (lost.some((one) => one.name === name) ? [] : [name])),
    objects: readable.map(({ kind, name }) => ({ kind, name })),
    definers: [...new Set(readable.flatMap(({ definer }) => definer ?? []))].sort(),
    dataBytes: tables.reduce((sum, { bytes }) => sum + Number(bytes ?? 0), 0),
    indexBytes: tables.reduce((sum, { indexBytes }) => sum + Number(indexBytes ?? 0), 0),
    characterSet: about?.characterSet ?? "utf8mb4",
    collation: about?.collation ?? "utf8mb4_general_ci",
    dataFolder: about?.folder ?? "",
    unfrozen: tables.filter(({ engine }) => engine?.toLowerCase() !== "innodb").map(({ name }) => name),
    versioned,
    tellsHistory: versioned.length > 0 && tellsHistory(powers.server) && !(await hasHistoryByTransaction(database)),
    floats: await floatColumns(database),
    unreadable: lost,
    generated: await generatedTables(database),
    lostDefaults: await lostDefaults(database),
    unreadableRoutines: await routinesLike("routine_definition IS NULL", database),
    undeclared: await routinesLike(undeclaredFunction, database),
  };
}

/** A server with a binary log lets nobody make such a one, not even an administrator (1418). */
const undeclaredFunction =
  "routine_type = 'FUNCTION' AND is_deterministic = 'NO' AND sql_data_access IN ('CONTAINS SQL', 'MODIFIES SQL DATA')";

async function routinesLike(condition: string, { query, schema }: Database): Promise<string[]> {
  const sql = `SELECT routine_name AS name FROM information_schema.routines WHERE routine_schema = ? AND ${condition} ORDER BY routine_name`;
  return (await query<{ name: string }>(sql, [schema])).map(({ name }) => name);
}

/** Nor are there triggers of tables that a dump doesn't have. */
async function without<Known extends SchemaObject>(
  lost: readonly Unreadable[],
  objects: Known[],
  { query, schema }: Database,
): Promise<Known[]> {
  if (lost.length === 0) return objects;
  const names = lost.map(({ name }) => name);
  const triggers = await query<{ name: string }>(
    "SELECT trigger_name AS name FROM information_schema.triggers WHERE trigger_schema = ? AND event_object_table IN (?)",
    [schema, names],
  );
  const isLost = ({ kind, name }: Known): boolean =>
    kind === "trigger" ? triggers.some((one) => one.name === name) : ["table", "view"].includes(kind) && names.includes(name);
  return objects.filter((object) => !isLost(object));
}

/** MariaDB from 10.11 on takes rows of the past (system_versioning_insert_history). */
function tellsHistory(version: string): boolean {
  const [, major = "0", minor = "0"] = /^(?:5\.5\.5-)?(\d+)\.(\d+).*mariadb/i.exec(version) ?? [];
  return Number(major) > 10 || (Number(major) === 10 && Number(minor) >= 11);
}

/** A dump with history stops at such a table. */
async function hasHistoryByTransaction({ query, schema }: Database): Promise<boolean> {
  const found = await query(
    "SELECT 1 FROM information_schema.columns WHERE table_schema = ? AND data_type = 'bigint' AND generation_expression = 'ROW START' LIMIT 1",
    [schema],
  );
  return found.length > 0;
}

/** Those of tables, without a number of decimals (FLOAT(9,3) is told as exactly as that), and not computed from others. */
async function floatColumns({ query, schema }: Database): Promise<string[]> {
  const found = await query<{ name: string }>(
    "SELECT CONCAT(c.table_name, '.', c.column_name) AS name FROM information_schema.columns AS c " +
      "JOIN information_schema.tables AS t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type <> 'VIEW' " +
      "WHERE c.table_schema = ? AND c.data_type = 'float' AND c.numeric_scale IS NULL AND c.extra NOT LIKE '% GENERATED' ORDER BY name",
    [schema],
  );
  return found.map(({ name }) => name);
}

async function generatedTables({ query, schema }: Database): Promise<string[]> {
  const found = await query<{ name: string }>(
    "SELECT DISTINCT table_name AS name FROM information_schema.columns WHERE table_schema = ? AND generation_expression <> '' ORDER BY name",
    [schema],
  );
  return found.map(({ name }) => name);
}

/** What the session's user may do. */
export async function readPowers(database: Database): Promise<Powers> {
  const [row] = await database.query<{ server: string }>("SELECT VERSION() AS server");
  return { server: row?.server ?? "unknown", grants: await readGrants(database), binaryLog: await readBinaryLog(database) };
}
