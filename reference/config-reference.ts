import type { JsonSchema } from "./stack-schema";

/** The config as Markdown: a section for each key below `selfhelp:`. */
export function configReference({ properties = {}, required = [] }: JsonSchema): string {
  const sections = Object.entries(properties).map(([key, one]) => section(key, one, required.includes(key)));
  return sections.join("\n");
}

function section(key: string, of: JsonSchema, isRequired: boolean): string {
  const lines = rows(key, of, isRequired).map((cells) => `| ${cells.map(cell).join(" | ")} |`);
  return `### \`selfhelp:${key}\`\n\n| key | type | default | limits | what it does |\n| --- | --- | --- | --- | --- |\n${lines.join("\n")}\n`;
}

function rows(path: string, of: JsonSchema, isRequired: boolean): string[][] {
  const { errorMessage = "", description = "" } = of;
  const own = [`\`${path}\``, typeOf(of), defaultOf(of, isRequired), errorMessage.replace(/(^|; )must be /g, "$1"), description];
  return [own, ...belowOf(of, path).flatMap(([below, one, isNeeded]) => rows(below, one, isNeeded))];
}

/** What has keys of its own shows them; what holds more of one kind shows that kind's. */
function belowOf(
  { properties, items, additionalProperties, anyOf = [], required = [] }: JsonSchema,
  path: string,
): [string, JsonSchema, boolean][] {
  const own = Object.entries(properties ?? {}).map(([key, one]): [string, JsonSchema, boolean] => [
    `${path}.${key}`,
    one,
    required.includes(key),
  ]);
  const each = items === undefined ? [] : belowOf(items, `${path}[]`);
  const named = typeof additionalProperties === "object" ? belowOf(additionalProperties, `${path}.NAME`) : [];
  return [...own, ...each, ...named, ...anyOf.filter((one) => !isSecure(one)).flatMap((one) => belowOf(one, path))];
}

function typeOf({ type, enum: values, anyOf, items, additionalProperties, ...of }: JsonSchema): string {
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(", ");
  if (of.const !== undefined) return `\`${of.const}\``;
  if (anyOf?.some(isSecure)) return "text, may be secret";
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(" or ");
  if (items !== undefined) return `list of ${typeOf(items)}`;
  if (typeof additionalProperties === "object") return `by name: ${typeOf(additionalProperties)}`;
  if (type === undefined) return "any";
  return [type]
    .flat()
    .map((one) => words[one] ?? one)
    .join(" or ");
}

const words: Record<string, string> = { string: "text", integer: "whole number", boolean: "true, false" };

const isSecure = ({ properties }: JsonSchema): boolean => properties?.["secure"] !== undefined;

function defaultOf(of: JsonSchema, isRequired: boolean): string {
  if (isRequired) return "required";
  const value = of.default;
  if (value === undefined || (of.properties !== undefined && JSON.stringify(value) === "{}")) return "";
  return `\`${JSON.stringify(value)}\``;
}

const cell = (text: string): string => text.replaceAll("|", "\\|");
