import type { HostSettings } from "../host/host";
import { Secret } from "../host/secret";
import type { DatabaseSettings, Problem } from "./handler";
import type { Values } from "./wire";

/** The provider instance's configuration, as Configure gets it; the program has checked each value before (components/deployment/config.ts). */
export interface Settings {
  app: string;
  hosts: HostSettings[];
  database: DatabaseSettings;
}

/** @returns the settings, or what is missing */
export function parseConfiguration(values: Values): { settings: Settings } | { problems: Problem[] } {
  const problems: Problem[] = [];
  const text = (name: string): string => {
    const value = values[name];
    if (typeof value === "string" && value !== "") return value;
    problems.push({ propertyPath: name, reason: "is missing; the AppHost resource of components/deployment/apphost.ts gives it" });
    return "null";
  };
  const json = (name: string): unknown => {
    try {
      return JSON.parse(text(name));
    } catch {
      problems.push({ propertyPath: name, reason: "is not JSON" });
      return null;
    }
  };
  const app = text("app");
  const hosts = json("hosts") as HostSettings[];
  const database = json("database") as (Omit<DatabaseSettings, "password"> & { password: string }) | null;
  if (problems.length > 0 || database === null) return { problems };
  return { settings: { app, hosts, database: { ...database, password: new Secret(database.password) } } };
}
