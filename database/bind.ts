/** Stands for itself in a statement. */
export interface Literal {
  toSqlString(): string;
}

/** What a quoted text would need an escape for, which depends on the session's sql_mode (NO_BACKSLASH_ESCAPES). */
const unsafe = /['"\\\p{Cc}]/u;

/** Values for a statement's placeholders, so that no sql_mode of the session, which a script may have changed, makes another text of them. */
export function bind(sql: string, values: readonly unknown[]): unknown[] {
  const placeholders = (sql.match(/\?+/g) ?? []).filter(({ length }) => length <= 2);
  return values.map((value, index) =>
    placeholders[index] === "?" && typeof value === "string" && unsafe.test(value) ? literal(value) : value,
  );
}

const literal = (text: string): Literal => ({ toSqlString: () => `_utf8mb4 X'${Buffer.from(text, "utf8").toString("hex")}'` });

/** A number of any size, as it is written. @throws for anything else */
export function numberLiteral(text: string): Literal {
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) throw new Error("what should be a number is none");
  return { toSqlString: () => text };
}
