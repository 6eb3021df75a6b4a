import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { unknown } from "./handler";

/** Values as Pulumi's engine sends them and wants them back. Nothing else knows how secrets and unknowns look on the wire. */

/** How the engine writes a value that only a later step will tell. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const signature = "4dabf18193072939515e22adb298388d";
const secretKind = "1b47061264138c4ac30d75fd1eb44270";

export type Values = Record<string, unknown>;

/** A resource's inputs; during a preview some may not be known yet. */
export interface Wanted {
  known: Values;
  /** Names of the others, also of those that are known in part. */
  unknown: readonly string[];
}

/** Plain values, without the marks of secrets; an input that isn't known yet, or not wholly, is absent. */
export function fromWire(struct: Struct | undefined): Values {
  return wantedFromWire(struct).known;
}

export function wantedFromWire(struct: Struct | undefined): Wanted {
  const all = Object.entries(unwrapSecrets(struct?.toJavaScript() ?? {}) as Values);
  const isUnknown = ([, value]: [string, unknown]): boolean => holdsUnknown(value);
  return { known: Object.fromEntries(all.filter((entry) => !isUnknown(entry))), unknown: all.filter(isUnknown).map(([name]) => name) };
}

/**
 * Values for the engine; `unknown` becomes its mark, `undefined` is left out. Nothing is marked as secret: the provider tells the engine that it
 * doesn't handle secrets, so the engine itself marks each output whose input of the same name is one, also after a failure.
 */
export function toWire(values: object): Struct {
  return Struct.fromJavaScript(wireValue(values) as Record<string, JavaScriptValue>);
}

function wireValue(value: unknown): JavaScriptValue {
  if (value === unknown) return unknownText;
  if (Array.isArray(value)) return value.map(wireValue);
  if (typeof value === "object" && value !== null) {
    const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return Object.fromEntries(given.map(([name, inner]) => [name, wireValue(inner)]));
  }
  return value as JavaScriptValue;
}

function unwrapSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapSecrets);
  if (typeof value !== "object" || value === null) return value;
  if ((value as Values)[signature] === secretKind) return unwrapSecrets((value as Values)["value"]);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unwrapSecrets(inner)]));
}

function holdsUnknown(value: unknown): boolean {
  if (value === unknownText) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}
