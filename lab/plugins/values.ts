import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

/** A resource's properties as they are on the wire: secrets and assets are objects with a signature. */
export type Properties = Record<string, unknown>;

/** What the engine puts where a value isn't known yet, and what a preview answers for what only a run can tell. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const assetSignature = "c44067f5952c0a294b673a41bacd8c17";
const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";

export const valuesOf = (struct: Struct | undefined): Properties => struct?.toJavaScript() ?? {};

export const structOf = (values: Properties): Struct =>
  Struct.fromJavaScript(
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Record<string, JavaScriptValue>,
  );

const isObject = (value: unknown): value is Properties => typeof value === "object" && value !== null && !Array.isArray(value);
const isSigned = (value: unknown, signature: string): value is Properties => isObject(value) && value[signatureKey] === signature;

export const isAsset = (value: unknown): value is Properties => isSigned(value, assetSignature);
export const isArchive = (value: unknown): value is Properties => isSigned(value, archiveSignature);

/** Marks a value as secret, unless it is. */
export const secret = (value: unknown): unknown => (isSigned(value, secretSignature) ? value : { [signatureKey]: secretSignature, value });

export const asset = (fields: Properties): Properties => ({ [signatureKey]: assetSignature, ...fields });
export const archive = (fields: Properties): Properties => ({ [signatureKey]: archiveSignature, ...fields });

/** A value without the marks of its secrets, at any depth. */
export function plain(value: unknown): unknown {
  if (isSigned(value, secretSignature)) return plain(value["value"]);
  if (Array.isArray(value)) return value.map(plain);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)])) : value;
}

/** What two values have to agree in to count as the same: secret or not doesn't matter, and of an asset only what is in it. */
export function comparable(value: unknown): unknown {
  const unwrapped = plain(value);
  if ((isAsset(unwrapped) || isArchive(unwrapped)) && typeof unwrapped["hash"] === "string") return { hash: unwrapped["hash"] };
  if (Array.isArray(unwrapped)) return unwrapped.map(comparable);
  if (!isObject(unwrapped)) return unwrapped ?? undefined;
  return Object.fromEntries(Object.entries(unwrapped).map(([key, inner]) => [key, comparable(inner)]));
}
