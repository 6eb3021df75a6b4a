import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { unknown } from "./handler";

/** Values as Pulumi's engine sends them and wants them back. Nothing else knows how secrets and unknowns look on the wire. */

/** How the engine writes a value that only a later step will tell. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const signature = "4dabf18193072939515e22adb298388d";
const secretKind = "1b47061264138c4ac30d75fd1eb44270";

export type Values = Record<string, unknown>;

/** Plain values; what isn't known yet is absent, wherever it is nested its whole property is. */
export function fromWire(struct: Struct | undefined): Values {
  const plain = unwrapSecrets(struct?.toJavaScript() ?? {}) as Values;
  return Object.fromEntries(Object.entries(plain).filter(([, value]) => !holdsUnknown(value)));
}

/** Names of the properties that aren't known yet. */
export function unknownProperties(struct: Struct | undefined): string[] {
  const plain = struct?.toJavaScript() ?? {};
  return Object.keys(plain).filter((name) => holdsUnknown(plain[name]));
}

/** Values for the engine; `unknown` becomes its mark, `undefined` is left out. */
export function toWire(values: object): Struct {
  return Struct.fromJavaScript(wireValue(values) as Record<string, JavaScriptValue>);
}

function wireValue(value: unknown): JavaScriptValue {
  if (value === unknown) return unknownText;
  if (Array.isArray(value)) return value.map(wireValue);
  if (typeof value === "object" && value !== null) {
    const known = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return Object.fromEntries(known.map(([name, inner]) => [name, wireValue(inner)]));
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
