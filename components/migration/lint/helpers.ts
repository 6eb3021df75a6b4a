import { columnsOf, readColumn } from "../sql/column";
import { Cursor } from "../sql/cursor";
import type { Action, Sql } from "../sql/statement";
import { tokens } from "../sql/tokens";

type Call = Extract<Sql, { is: "call" }>;

/**
 * What the application's own stored helpers do, known by their names and arguments: `CALL drop_table_column('users', 'age')` is
 * `ALTER TABLE users DROP COLUMN age`. undefined for any other routine, and where an argument is computed.
 */
export function helperEffect({ routine, arguments: given }: Call): Sql | undefined {
  const [table, ...rest] = given;
  if (table === undefined) return undefined;
  const name = routine.name.toLowerCase();
  if (name === "rename_table")
    return rest[0] === undefined ? undefined : { is: "rename table", pairs: [{ from: { name: table }, to: { name: rest[0] } }] };
  if (name === "drop_table") return { is: "drop table", tables: [{ name: table }], temporary: false, ifExists: true };
  const action = actions[name]?.(rest);
  return action === undefined ? undefined : { is: "alter table", table: { name: table }, actions: [action] };
}

type Arguments = readonly (string | undefined)[];

const columnAdded = ([column, definition]: Arguments): Action | undefined => {
  if (column === undefined || definition === undefined) return undefined;
  const read = readColumn(tokens(`\`${column}\` ${definition}`));
  return read === undefined ? undefined : { does: "add column", column: read };
};

const columnDropped = ([name]: Arguments): Action | undefined => (name === undefined ? undefined : { does: "drop column", name });

const columnRenamed = ([from, to]: Arguments): Action | undefined =>
  from === undefined || to === undefined ? undefined : { does: "rename column", from, to };

const names = (text = ""): string[] => columnsOf(tokens(text));

/** Behind the table's name. */
const actions: Partial<Record<string, (given: Arguments) => Action | undefined>> = {
  add_table_column: columnAdded,
  add_column: columnAdded,
  drop_table_column: columnDropped,
  drop_column: columnDropped,
  rename_table_column: columnRenamed,
  rename_column: columnRenamed,
  add_index: ([name, columns, unique]) => ({
    does: "add key",
    key: { kind: isTrue(unique) ? "unique" : "index", name, columns: names(columns) },
  }),
  add_unique_key: ([name, columns]) => ({ does: "add key", key: { kind: "unique", name, columns: names(columns) } }),
  add_primary_key: ([columns]) => ({ does: "add key", key: { kind: "primary", columns: names(columns) } }),
  add_foreign_key: ([name, column, references]) => ({
    does: "add key",
    key: { kind: "foreign", name, columns: names(column), references: new Cursor(tokens(references ?? "")).qualified() },
  }),
  drop_index: ([name]) => ({ does: "drop key", kind: "index", name }),
  drop_unique_key: ([name]) => ({ does: "drop key", kind: "index", name }),
  drop_primary_key: () => ({ does: "drop key", kind: "primary" }),
  drop_foreign_key: ([name]) => ({ does: "drop key", kind: "foreign", name }),
  rename_index: ([from, to]) => (from === undefined || to === undefined ? undefined : { does: "rename key", from, to }),
};

const isTrue = (value = ""): boolean => /^(true|1)$/i.test(value);
