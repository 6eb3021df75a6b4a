import type { Database } from "../../database/database";

/** What the server says of the database that is to be dumped, as the dump's own user sees it. */
export interface Survey {
  /** "10.11.19-MariaDB-0+deb12u1" */
  server: string;
  /** Base tables by name. */
  tables: string[];
  /** Size of their rows as stored, without indexes. */
  dataBytes: number;
  /** Tables whose engine has no transactions: a dump does not see them at one moment. */
  unfrozen: string[];
  /** As `SHOW GRANTS` answers. */
  grants: string[];
  /** Routines whose text this user is not shown. */
  unreadableRoutines: string[];
}

export async function survey(database: Database): Promise<Survey> {
  const { schema } = database;
  const [version] = await database.query<{ server: string }>("SELECT VERSION() AS server");
  const tables = await database.query<{ name: string; engine: string | null; bytes: string | number | bigint | null }>(
    "SELECT table_name AS name, engine AS engine, data_length AS bytes FROM information_schema.tables " +
      "WHERE table_schema = ? AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY table_name",
    [schema],
  );
  const grants = await database.query<Record<string, string>>("SHOW GRANTS");
  const routines = await database.query<{ name: string }>(
    "SELECT routine_name AS name FROM information_schema.routines WHERE routine_schema = ? AND routine_definition IS NULL ORDER BY routine_name",
    [schema],
  );
  return {
    server: version?.server ?? "unknown",
    tables: tables.map(({ name }) => name),
    dataBytes: tables.reduce((sum, { bytes }) => sum + Number(bytes ?? 0), 0),
    unfrozen: tables.filter(({ engine }) => engine?.toLowerCase() !== "innodb").map(({ name }) => name),
    grants: grants.flatMap((row) => Object.values(row).slice(0, 1)),
    unreadableRoutines: routines.map(({ name }) => name),
  };
}
