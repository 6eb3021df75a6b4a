import { readStatement } from "../sql/read";
import type { Sql } from "../sql/statement";
import type { Token } from "../sql/tokens";

type Prepare = Extract<Sql, { is: "prepare" }>;

/**
 * What a prepared text may be, as far as it stands in the script in whole: in PREPARE itself, or in a variable's last SET, perhaps as one of
 * several with IF. undefined when it is put together, or comes from elsewhere.
 */
export function preparedEffects({ from }: Prepare, before: readonly { sql: Sql }[]): Sql[] | undefined {
  if (from === "something else") return undefined;
  if ("text" in from) return [readStatement(from.text)];
  const sets = before.flatMap(({ sql }) => (sql.is === "set" ? sql.assignments : []));
  const value = sets.findLast(({ scope, name }) => scope === "user" && name === from.variable)?.value;
  return value === undefined || value.some(isJoining) ? undefined : statementsIn(value);
}

/** The text is put together of parts, or read from somewhere. */
const isJoining = ({ kind, upper }: Token): boolean =>
  kind === "variable" || /^(CONCAT|CONCAT_WS|GROUP_CONCAT|REPLACE|INSERT|FORMAT|REPEAT|\|\|)$/.test(upper);

function statementsIn(value: readonly Token[]): Sql[] | undefined {
  const texts = value.filter(({ kind, text }) => kind === "string" && /^\s*[a-z]+\s+\S/i.test(text)).map(({ text }) => readStatement(text));
  const known = texts.filter((sql) => sql.is !== "other" || /^(SELECT|DO|OPTIMIZE|ANALYZE)$/.test(sql.first));
  return known.length > 0 ? known : undefined;
}
