/** Stands for itself in a statement. */
interface Literal {
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
