import { z } from "zod";
import { schema, switchable } from "../components/deployment/config";

/** As much of JSON Schema (draft 7, which editors know) as is used here. */
export interface JsonSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  /** What editors say of a value that doesn't fit, in the words of a preview. */
  errorMessage?: string;
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
  patternProperties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  allOf?: JsonSchema[];
  $ref?: string;
  definitions?: Record<string, JsonSchema>;
  /** Marked by `mayBeSecret`. */
  secret?: boolean;
}

/** What a secret is in a stack's file. */
const secure: JsonSchema = {
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
  description: "Encrypted by pulumi config set --secret",
};

/**
 * The keys below `selfhelp:`, as a stack's file may have them.
 * @param descriptions by path: "hosts[].name"
 */
export function configSchema(descriptions: ReadonlyMap<string, string>): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    override: ({ zodSchema, jsonSchema }) => {
      const reasons = reasonsOf(zodSchema);
      if (reasons !== "") Object.assign(jsonSchema, { errorMessage: reasons });
    },
  }) as JsonSchema;
  return described(made, "", descriptions);
}

/** The messages of a schema and of its checks: "must be a port from 1 to 65535" */
function reasonsOf(zodSchema: z.core.$ZodType): string {
  const { error, checks = [] } = zodSchema._zod.def as z.core.$ZodTypeDef;
  const all = [error, ...checks.map((check) => check._zod.def.error)].map((say) => say?.({} as never));
  const texts = all.map((one) => (typeof one === "string" ? one : one?.message)).filter((one) => one !== undefined);
  const telling = texts.filter((text) => !["must not be empty", "must be one line"].includes(text));
  return [...new Set(telling.length > 0 ? telling : texts)].join("; ");
}

function described(of: JsonSchema, path: string, descriptions: ReadonlyMap<string, string>): JsonSchema {
  const below = (one: JsonSchema, step: string): JsonSchema => described(one, `${path}${step}`, descriptions);
  const description = descriptions.get(path);
  const { properties, items, additionalProperties, required } = of;
  const needed = (required ?? []).filter((key) => !isElsewhere(key, path, properties?.[key]));
  const { required: _, type, secret = false, ...rest } = of;
  return {
    ...(description === undefined ? {} : { description }),
    ...(secret ? { anyOf: [{ type }, secure] } : type === undefined ? {} : { type }),
    ...rest,
    ...(needed.length === 0 ? {} : { required: needed }),
    ...(items === undefined ? {} : { items: below(items, "[]") }),
    ...(typeof additionalProperties === "object" ? { additionalProperties: below(additionalProperties, ".NAME") } : {}),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, below(one, path === "" ? key : `.${key}`)])),
        }),
  };
}

/** A secret is set by a command, later; `access.migration` may say who logs in, in the place of `database`. */
const isElsewhere = (key: string, path: string, of: JsonSchema | undefined): boolean =>
  of?.secret === true || (path === "database" && key === "user");

/** Paths of all inputs that may be secret: "environment.NAME" */
export function secretInputs(of = configSchema(new Map()), path = ""): string[] {
  const { properties = {}, items, additionalProperties, anyOf = [] } = of;
  if (anyOf.includes(secure)) return [path];
  return [
    ...Object.entries(properties).flatMap(([key, one]) => secretInputs(one, path === "" ? key : `${path}.${key}`)),
    ...(items === undefined ? [] : secretInputs(items, `${path}[]`)),
    ...(typeof additionalProperties === "object" ? secretInputs(additionalProperties, `${path}.NAME`) : []),
  ];
}

/** A whole `Pulumi.<stack>.yaml`. Keys of other namespaces, and what Pulumi itself writes, are anybody's. */
export function stackFileSchema(config: JsonSchema): JsonSchema & { $schema: string; title: string } {
  const properties = Object.entries(config.properties ?? {}).map(([key, one]) => [
    `selfhelp:${key}`,
    switchable.includes(key) ? { anyOf: [one, { const: false }] } : one,
  ]);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Config of a stack of this project",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(properties) as Record<string, JsonSchema>,
        patternProperties: { "^(?!selfhelp:)": {} },
        additionalProperties: false,
        required: (config.required ?? []).map((key) => `selfhelp:${key}`),
      },
    },
    required: ["config"],
    definitions: config.definitions ?? {},
  };
}
