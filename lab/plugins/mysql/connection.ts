import { setTimeout as delay } from "node:timers/promises";
import { type Connection, type ConnectionOptions, createConnection } from "mysql2/promise";
import type { Inputs } from "./kinds";

/** As long as the official plugin tries, whatever the server says. */
const patience = 5 * 60_000;
const pause = 500;

/** Connects as a provider's configuration says. @throws what the server said last */
export async function connect(configuration: Inputs, signal: AbortSignal): Promise<Connection> {
  const begun = Date.now();
  for (;;) {
    try {
      return await createConnection(optionsOf(configuration));
    } catch (error) {
      if (signal.aborted || Date.now() - begun > patience)
        throw new Error(`Could not connect to server: ${messageOf(error)}`, { cause: error });
      await delay(pause);
    }
  }
}

function optionsOf({ endpoint, username, password, tls = "false" }: Inputs): ConnectionOptions {
  const login = { user: String(username), password: String(password ?? ""), connectTimeout: 10_000 };
  const secured = tls === "false" ? login : { ...login, ssl: { rejectUnauthorized: tls !== "skip-verify" } };
  const place = String(endpoint);
  if (place.startsWith("/")) return { ...secured, socketPath: place };
  const colon = place.lastIndexOf(":");
  return { ...secured, host: place.slice(0, colon).replace(/^\[(.*)\]$/, "$1"), port: Number(place.slice(colon + 1)) };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
