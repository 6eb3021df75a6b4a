import { type Connection, type ConnectionOptions, createConnection, type QueryError, type ResultSetHeader } from "mysql2/promise";
import type { Host } from "../host/host";
import type { DatabaseSettings } from "../provider/handler";
import type { Database } from "./database";
import { DatabaseAccessDenied, DatabaseUnreachable, StatementFailed } from "./errors";

export interface DatabaseSession extends Database {
  /** False once the connection is gone; nothing reconnects by itself, since a session's settings and locks would be lost. */
  isOpen(): boolean;
  close(): Promise<void>;
}

/** The server's answers to wrong credentials, a missing right, and TLS that it insists on. */
const accessErrors = [1044, 1045, 1049, 1130, 1698, 3159];

/**
 * Opens a session through a host. Always utf8mb4, one statement a call; the server's own sql_mode is kept.
 * @throws DatabaseUnreachable, DatabaseAccessDenied
 */
export async function connectDatabase(settings: DatabaseSettings, over: Host): Promise<DatabaseSession> {
  const place = `"${settings.name}" at ${settings.address}:${settings.port} (over host "${over.name}")`;
  const stream = await over.connectTo(settings.address, settings.port).catch((error: unknown) => {
    throw new DatabaseUnreachable(place, reasonOf(error));
  });
  const connection = await createConnection(options(settings, stream)).catch((error: QueryError) => {
    stream.destroy();
    if (accessErrors.includes(error.errno ?? 0)) throw new DatabaseAccessDenied(place, settings.user, reasonOf(error));
    throw new DatabaseUnreachable(place, reasonOf(error));
  });
  return sessionOf(connection, settings.name);
}

function options({ name, user, password, tls, address }: DatabaseSettings, stream: unknown): ConnectionOptions {
  return {
    stream,
    user,
    password: password.reveal(),
    database: name,
    charset: "utf8mb4",
    connectTimeout: 15_000,
    multipleStatements: false,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    flags: ["-LOCAL_FILES"],
    ...(tls === undefined ? {} : { ssl: { ca: tls.ca, minVersion: "TLSv1.2", verifyIdentity: true, host: address } }),
  } as ConnectionOptions;
}

function sessionOf(connection: Connection, schema: string): DatabaseSession {
  let open = true;
  const closed = (): void => {
    open = false;
  };
  connection.on("error", closed);
  connection.on("end", closed);
  const failed = (error: QueryError): never => {
    if ((error.errno ?? 0) <= 0) closed();
    throw new StatementFailed(Math.max(0, error.errno ?? 0), error.sqlState ?? "", reasonOf(error));
  };
  return {
    schema,
    isOpen: () => open,
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
      const [rows] = await connection.query(sql, [...values]).catch(failed);
      return rows as unknown as Row[];
    },
    execute: async (statement) => {
      const [result] = await connection.query(statement).catch(failed);
      const last = (Array.isArray(result) ? result.findLast((part) => "affectedRows" in part) : result) as ResultSetHeader | undefined;
      return { affectedRows: last?.affectedRows ?? 0, warnings: last?.warningStatus ?? 0 };
    },
    close: () => connection.end(),
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message.split("\n")[0] : String(error)) ?? "";
