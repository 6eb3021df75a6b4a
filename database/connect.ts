import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Connection, ConnectionOptions, QueryError, QueryResult, ResultSetHeader, RowDataPacket, SslOptions } from "mysql2/promise";
import { DeploymentError, PortUnreachable, textOf } from "../host/errors";
import type { Host } from "../host/host";
import type { DatabaseSettings } from "../provider/handler";
import { bind } from "./bind";
import type { Database } from "./database";
import { dialectOf } from "./dialect";
import { AccessDenied, DatabaseUnreachable, StatementFailed } from "./errors";
import { identityProblem } from "./identity";

export interface DatabaseSession extends Database {
  /** False once the connection is gone; nothing reconnects by itself, since a session's settings and locks would be lost. */
  isOpen(): boolean;
  /** A statement with its placeholders filled, as `query` would send it. */
  format(sql: string, values: readonly unknown[]): string;
  /** Ends the session; what it left uncommitted is undone. A second call does nothing. */
  close(): Promise<void>;
}

/** The server's answers to wrong credentials, a missing right, an unknown schema, and TLS that it insists on. */
const refusals = [1044, 1045, 1049, 1130, 1698, 3159];

/** What may be sent in one call. */
export type Sending = "one statement" | "several questions" | "several statements";

/**
 * Opens a session through a host, as the server's own client would: utf8mb4; but each statement commits. Without `tls` in the settings it is encrypted
 * when the server offers that, unverified, since a user may require it; only the way up to the host is sure then.
 * @param sending several statements, behind `;`, are for scripts alone, which have the server's own sql_mode; several questions for what would be as many
 * round trips
 * @throws DatabaseUnreachable, AccessDenied, or why there is no connection to the host
 */
export async function connectDatabase(
  settings: DatabaseSettings,
  over: Host,
  sending: Sending = "one statement",
): Promise<DatabaseSession> {
  const place = `"${settings.name}" at ${settings.address}:${settings.port} (over host "${over.name}")`;
  const { address, tls } = settings;
  try {
    if (tls !== undefined)
      return await open(settings, over, sending, { ca: tls.ca, minVersion: "TLSv1.2", verifyIdentity: isIP(address) === 0 });
    return await open(settings, over, sending, { rejectUnauthorized: false }).catch((error: unknown) => {
      if ((error as Partial<QueryError>).code !== "HANDSHAKE_NO_SSL_SUPPORT") throw error;
      return open(settings, over, sending, undefined);
    });
  } catch (error) {
    if (error instanceof DeploymentError && !(error instanceof PortUnreachable)) throw error;
    if (refusals.includes((error as Partial<QueryError>).errno ?? 0))
      throw new AccessDenied(place, settings.user, reasonOf(error), settings.key);
    throw new DatabaseUnreachable(place, reasonOf(error), settings.key);
  }
}

async function open(settings: DatabaseSettings, over: Host, sending: Sending, ssl: SslOptions | undefined): Promise<DatabaseSession> {
  const stream = await over.connectTo(settings.address, settings.port);
  try {
    const { createConnection } = await import("mysql2/promise");
    const connection = await createConnection({ ...options(settings, stream), ssl, multipleStatements: sending !== "one statement" });
    const problem = settings.tls === undefined ? undefined : identityProblem(connection, settings.address);
    if (problem !== undefined) throw new Error(problem);
    if (speaksMysql(connection)) await connection.query("SET NAMES utf8mb4"); // its default collation of that, as its client has it
    await connection.query(settingsFor[sending]);
    return sessionOf(connection, stream, settings.name, sending);
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/** Strict, and on MariaDB without accounts that a GRANT makes by the way. */
const ownMode = "CONCAT('STRICT_ALL_TABLES' /*M! , ',NO_AUTO_CREATE_USER' */)";

/** What is recorded as done has to be done, whatever the server gives to new sessions; with ANSI_QUOTES, rights and definitions would be told in other quotes. */
const settingsFor: Record<Sending, string> = {
  "one statement": `SET sql_mode = ${ownMode}, autocommit = 1, completion_type = 0`,
  "several questions": `SET sql_mode = ${ownMode}, autocommit = 1, completion_type = 0, wait_timeout = 604800`,
  "several statements": "SET autocommit = 1, completion_type = 0",
};

/** As the server greeted. */
const speaksMysql = ({ connection }: Connection & { connection?: { _handshakePacket?: { serverVersion?: string } } }): boolean =>
  dialectOf(connection?._handshakePacket?.serverVersion ?? "").kind === "mysql";

/** mysql2's own flags that the mariadb client doesn't set: they change what statements mean, and what routines remember of their session. */
const flags = ["-IGNORE_SPACE", "-FOUND_ROWS", "-ODBC", "-LOCAL_FILES", "-SESSION_TRACK"];

function options({ address, name, user, password }: DatabaseSettings, stream: Duplex): ConnectionOptions {
  return {
    stream,
    host: address,
    user,
    password: password.reveal(),
    database: name,
    charset: "UTF8MB4_GENERAL_CI",
    connectTimeout: 15_000,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    flags,
  };
}

/** Milliseconds that a query of the tool's own may take; a script's statement takes as long as it takes. */
const answerTime = 120_000;

/** Milliseconds that the server has to say goodbye. */
const closingTime = 2_000;

function sessionOf(connection: Connection, stream: Duplex, schema: string, sending: Sending): DatabaseSession {
  let open = true;
  // A server that goes away only ends its half of an SSH channel; without the other half's end the driver waits for an answer forever.
  const ended = (): void => {
    open = false;
    stream.destroy();
  };
  connection.on("error", ended);
  connection.on("end", ended);
  stream.once("close", ended);
  const failed = (error: QueryError): never => {
    const failure = new StatementFailed(Math.max(0, error.errno ?? 0), error.sqlState ?? "", reasonOf(error));
    if (failure.connectionLost) ended();
    throw failure;
  };
  const send = <Result extends QueryResult>(sql: string, values: readonly unknown[], timeout?: number): Promise<Result> => {
    if (!open) return Promise.reject(new StatementFailed(0, "", "the session had ended before"));
    return connection.query<Result>({ sql, timeout }, bind(sql, values)).then(([result]) => result, failed);
  };
  return {
    schema,
    isOpen: () => open,
    format: (sql, values) => connection.format(sql, bind(sql, values)),
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      (await send<RowDataPacket[]>(sql, values, answerTime)) as unknown as Row[],
    execute: async (statement) => {
      const { headers, results } = answersIn(await send(statement, [], sending === "several questions" ? answerTime : undefined));
      return {
        affectedRows: headers.at(-1)?.affectedRows ?? 0,
        warnings: headers.reduce((sum, { warningStatus }) => sum + warningStatus, 0),
        results,
      };
    },
    close: async () => {
      if (!open) return;
      const goodbye = new Promise((resolve) => connection.once("end", resolve));
      await connection.end();
      await Promise.race([goodbye, delay(closingTime, undefined, { ref: false })]);
      ended();
    },
  };
}

/** A SELECT answers with rows alone, a CALL with result sets and then a header, several statements with all of theirs in order. */
function answersIn(result: unknown): { headers: ResultSetHeader[]; results: object[][] } {
  const isHeader = (part: unknown): part is ResultSetHeader => (part as object | null)?.constructor.name === "ResultSetHeader";
  const parts = Array.isArray(result) && (isHeader(result[0]) || Array.isArray(result[0])) ? result : [result];
  return { headers: parts.filter(isHeader), results: parts.filter((part) => Array.isArray(part)) };
}

/** First line of what was said; driver and TLS say no passwords. */
const reasonOf = (error: unknown): string => textOf(error).split("\n")[0] ?? "";
