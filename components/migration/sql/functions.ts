import { ownDatabase } from "./databases";
import { combined, truthOf, united, type Values } from "./values";

/** Arguments, worked out when they are asked for. */
type Arguments = readonly (() => Values)[];

/** A function of texts; NULL makes NULL. */
const ofTexts =
  (make: (...texts: string[]) => string) =>
  (given: Arguments): Values =>
    combined(
      given.map((argument) => argument()),
      (values) => (values.includes(null) ? null : make(...(values as string[]))),
    );

function first(given: Arguments): Values {
  let found: Values = [];
  for (const argument of given) {
    const values = argument();
    found = united([found, values]);
    if (found === undefined || !found.includes(null)) return found;
    found = found.filter((value) => value !== null);
  }
  return united([found, [null]]);
}

function conditional([condition, then, otherwise]: Arguments): Values {
  const holds = truthOf(condition?.());
  if (holds !== undefined) return (holds ? then : otherwise)?.();
  return united([then?.(), otherwise?.()]);
}

const lower = ofTexts((text) => text.toLowerCase());
const upper = ofTexts((text) => text.toUpperCase());
const length = ofTexts((text) => String(text.length));
const own = (): Values => [ownDatabase];

/** What scripts put texts together with; others can't be told. */
export const functions: Partial<Record<string, (given: Arguments) => Values>> = {
  CONCAT: ofTexts((...texts) => texts.join("")),
  CONCAT_WS: (given) =>
    combined(
      given.map((argument) => argument()),
      ([separator = null, ...rest]) => (separator === null ? null : rest.filter((value) => value !== null).join(separator)),
    ),
  IF: conditional,
  IFNULL: first,
  NVL: first,
  COALESCE: first,
  NULLIF: ([value]) => united([value?.(), [null]]),
  LOWER: lower,
  LCASE: lower,
  UPPER: upper,
  UCASE: upper,
  TRIM: ofTexts((text) => text.trim()),
  QUOTE: ofTexts((text) => `'${text.replace(/[\\']/g, "\\$&")}'`),
  REPLACE: ofTexts((text, from = "", to = "") => (from === "" ? text : text.replaceAll(from, () => to))),
  LENGTH: length,
  CHAR_LENGTH: length,
  DATABASE: own,
  SCHEMA: own,
};
