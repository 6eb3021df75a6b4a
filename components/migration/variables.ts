import { z } from "zod";
import type { Database } from "../../database/database";
import { numberLiteral } from "../../database/bind";
import type { Statement } from "./split";

/** What a user variable of a session holds: a number as it is written, bytes of a text with how they are read and compared, or NULL. */
const valueSchema = z.union([
  z.null(),
  z.object({ number: z.string() }),
  z.object({ hex: z.string(), charset: z.string(), collation: z.string() }),
]);

const keptSchema = z.object({ done: z.int(), values: z.record(z.string(), valueSchema) });

/** The user variables (`@name`) of a session behind so many statements of its script, so that another session can go on with them. */
export type KeptVariables = z.infer<typeof keptSchema>;

type Value = z.infer<typeof valueSchema>;

/** Characters of all that is kept: the ledger is no place for data. */
const mostText = 1_000_000;

/** Variables that are asked for at most. */
const mostVariables = 200;

/** As the ledger has it; undefined where that is nothing, or nothing that this tool wrote. */
export function parseVariables(text: string | null | undefined): KeptVariables | undefined {
  if (text === null || text === undefined) return undefined;
  try {
    return keptSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * Reads what the rest of a script may need of the session of its first statements.
 * @param failed the one that failed behind them, which may have changed some before it did: those are not kept
 * @returns for the ledger; null where there is nothing to keep, or too much
 */
export async function readVariables(
  database: Database,
  parts: readonly Statement[],
  done: number,
  failed: Statement | undefined,
): Promise<string | null> {
  const changed = failed === undefined ? [] : assignedVariables(failed.text);
  const assigned = new Set(parts.slice(0, done).flatMap(({ text }) => assignedVariables(text)));
  const names = [...assigned].filter((name) => !changed.includes(name)).slice(0, mostVariables);
  if (names.length === 0) return null;
  const values: Record<string, Value> = {};
  for (const name of names) values[name] = await readVariable(database, name);
  const text = JSON.stringify({ done, values } satisfies KeptVariables);
  return text.length > mostText ? null : text;
}

/** A number is written in hexadecimal as the number that it is, a text as its bytes. */
const selectVariable =
  "SELECT HEX(@??) AS hex, HEX(CAST(@?? AS BINARY)) AS bytes, CAST(@?? AS CHAR) AS number, CHARSET(@??) AS charset, COLLATION(@??) AS collation";

async function readVariable({ query }: Database, name: string): Promise<Value> {
  const [row] = await query<{ hex: string | null; bytes: string; number: string; charset: string; collation: string }>(
    selectVariable,
    Array<string>(5).fill(name),
  );
  if (row === undefined || row.hex === null) return null;
  const { hex, bytes, number, charset, collation } = row;
  return hex === bytes ? { hex, charset, collation } : { number };
}

/** Gives a session the variables that another one had. */
export async function restoreVariables({ query }: Database, { values }: Pick<KeptVariables, "values">): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    if (value === null) await query("SET @?? = NULL", [name]);
    else if ("number" in value) await query("SET @?? = ?", [name, numberLiteral(value.number)]);
    else await query("SET @?? = CONVERT(UNHEX(?) USING ??) COLLATE ??", [name, value.hex, value.charset, value.collation]);
  }
}

/** User variables that a statement gives a value. A routine's own text only tells what it will do; a call may set any that it is given. */
export function assignedVariables(text: string): string[] {
  if (/^(\/\*M?!\d*\s*)?CREATE\b/i.test(text)) return [];
  if (/^CALL\b/i.test(text)) return [...text.matchAll(/(?<!@)@([\w$.]+)/g)].flatMap(([, name]) => name ?? []);
  const assignments = text.matchAll(/@([\w$.]+)\s*:=|(?:\bSET|,)\s*@([\w$.]+)\s*=|\bINTO\s+(@[\w$.]+(?:\s*,\s*@[\w$.]+)*)/gi);
  return [...assignments].flatMap(([, ...names]) => names.flatMap((name) => name?.match(/[\w$.]+/g) ?? []));
}
