import type { Database } from "../../database/database";
import { readGrants } from "../../database/grants";
import { readBinaryLog } from "./binary-log";
import { type BrokenView, brokenViews } from "./broken-views";
import type { SchemaObject } from "./contract";
import { type LostDefault, lostDefaults } from "./lost-characters";
import { selectObjects } from "./objects";
import type { Powers } from "./rights";

/** What the server says of the database that is to be dumped, as the dump's own user sees it. */
export interface Survey extends Powers {
  /** Base tables by name. */
  tables: string[];
  /** Everything in the schema. */
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
  /** Views that no dump can have. */
  brokenViews: BrokenView[];
  /** Tables with columns whose values the server makes itself. */
  generated: string[];
  /** Columns whose default a dump can't tell. */
  lostDefaults: LostDefault[];
  /** Routines whose text this user is not shown. */
  unreadableRoutines: string[];
}

interface About {
  folder: string;
  characterSet: string;
  collation: string;
}

type Size = string | number | bigint | null;

export async function survey(database: Database): Promise<Survey> {
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
  const routines = await database.query<{ name: string }>(
    "SELECT routine_name AS name FROM information_schema.routines WHERE routine_schema = ? AND routine_definition IS NULL ORDER BY routine_name",
    [schema],
  );
  const versioned = tables.filter(({ type }) => type === "SYSTEM VERSIONED").map(({ name }) => name);
  return {
    ...powers,
    tables: tables.map(({ name }) => name),
    objects: objects.map(({ kind, name }) => ({ kind, name })),
    definers: [...new Set(objects.flatMap(({ definer }) => definer ?? []))].sort(),
    dataBytes: tables.reduce((sum, { bytes }) => sum + Number(bytes ?? 0), 0),
    indexBytes: tables.reduce((sum, { indexBytes }) => sum + Number(indexBytes ?? 0), 0),
    characterSet: about?.characterSet ?? "utf8mb4",
    collation: about?.collation ?? "utf8mb4_general_ci",
    dataFolder: about?.folder ?? "",
    unfrozen: tables.filter(({ engine }) => engine?.toLowerCase() !== "innodb").map(({ name }) => name),
    versioned,
    tellsHistory: versioned.length > 0 && tellsHistory(powers.server) && !(await hasHistoryByTransaction(database)),
    floats: await floatColumns(database),
    brokenViews: await brokenViews(
      database,
      objects.flatMap(({ kind, name }) => (kind === "view" ? [name] : [])),
    ),
    generated: await generatedTables(database),
    lostDefaults: await lostDefaults(database),
    unreadableRoutines: routines.map(({ name }) => name),
  };
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
