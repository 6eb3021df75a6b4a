import { type Properties, plain, secret, unknownValue } from "../values";
import type { Problem, Resource } from "./resource";

const loggings = ["stdout", "stderr", "stdoutAndStderr", "none"];
const connectionDefaults = { user: "root", port: 22, dialErrorLimit: 10, perDialTimeout: 15 };

/** Inputs with their defaults; a connection is always secret. */
export function withDefaults(resource: Resource, inputs: Properties): Properties {
  const commands = resource.namedId ? { addPreviousOutputInEnv: true } : {};
  const connection = plain(inputs["connection"]);
  if (typeof connection !== "object") return { ...commands, ...inputs };
  const { proxy } = connection as { proxy?: object };
  const full = { ...connectionDefaults, ...connection, ...(proxy === undefined ? {} : { proxy: { ...connectionDefaults, ...proxy } }) };
  return { ...commands, ...inputs, connection: secret(full) };
}

/** Everything that is wrong with inputs; what isn't known yet is taken to be right. */
export function problemsOf(resource: Resource, wire: Properties): Problem[] {
  const inputs = plain(wire) as Properties;
  const missing = resource.required
    .filter((name) => inputs[name] === undefined)
    .map((property) => ({ property, reason: "Missing required property" }));
  const { connection, logging } = inputs;
  const noHost = typeof connection === "object" && (connection as Properties)["host"] === undefined;
  const badLogging = logging !== undefined && logging !== unknownValue && !loggings.includes(logging as string);
  return [
    ...missing,
    ...(noHost ? [{ property: "connection.host", reason: "Missing required property" }] : []),
    ...(badLogging ? [{ property: "logging", reason: `"${String(logging)}" is none of ${loggings.join(", ")}` }] : []),
    ...(missing.length === 0 ? (resource.problems?.(inputs) ?? []) : []),
  ];
}
