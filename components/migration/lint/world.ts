import type { Action, Column, Key, Name, ObjectKind, Sql } from "../sql/statement";
import { Keys } from "./keys";
import type { ScriptRead, StatementRead } from "./read-script";

type Tables = Map<string, Map<string, Column>>;

const low = (name: string): string => name.toLowerCase();

/**
 * What is known when a statement is looked at: what tables look like, as far as the scripts before say so, and what this script made itself.
 * What it made is nobody else's yet: to change it or drop it again harms nobody.
 */
export class World {
  private readonly tables: Tables = new Map();
  private readonly keys = new Keys();
  private readonly newTables = new Set<string>();
  private readonly newColumns = new Set<string>();
  private readonly newObjects = new Set<string>();
  private script: ScriptRead | undefined;
  private isChecked = true;

  /** Another script: what the one before it made is old now. */
  begin(script: ScriptRead): void {
    this.script = script;
    this.isChecked = true;
    this.keys.forgetDropped();
    for (const made of [this.newTables, this.newColumns, this.newObjects]) made.clear();
  }

  isNewTable = ({ name }: Name): boolean => this.newTables.has(low(name));

  isNewColumn = ({ name: table }: Name, column: string): boolean =>
    this.newTables.has(low(table)) || this.newColumns.has(`${low(table)}.${low(column)}`);

  isNewObject = (kind: ObjectKind, { name }: Name): boolean => this.newObjects.has(`${kind} ${low(name)}`);

  /** A column as it is now; undefined: nobody said. */
  column = ({ name: table }: Name, column: string): Column | undefined => this.tables.get(low(table))?.get(low(column));

  /** Whether a table's rows keep to such a key already, or did until this script dropped it, by the same one or a stricter one. */
  keepsTo = (table: Name, key: Key): boolean => this.keys.have(low(table.name), key);

  /** Whether foreign keys are checked now, in this script's session. */
  get checksForeignKeys(): boolean {
    return this.isChecked;
  }

  /** Whether a later statement of this script does such a thing. */
  does = (what: (effect: Sql) => boolean, { index }: StatementRead): boolean =>
    (this.script?.statements ?? []).slice(index + 1).some(({ effects }) => effects.some(what));

  /** The statement has run. */
  follow(effect: Sql): void {
    if (effect.is === "create table") this.addTable(effect);
    if (effect.is === "alter table") for (const action of effect.actions) this.alter(effect.table, action);
    if (effect.is === "drop table") for (const { name } of effect.tables) this.forget(low(name));
    if (effect.is === "rename table") for (const { from, to } of effect.pairs) this.rename(low(from.name), low(to.name));
    if (effect.is === "create index") this.keys.add(low(effect.table.name), effect.key);
    if (effect.is === "drop index") this.keys.drop(low(effect.table.name), effect.name);
    if (effect.is === "create object") this.newObjects.add(`${effect.kind} ${low(effect.object.name)}`);
    if (effect.is !== "set") return;
    for (const { name, value } of effect.assignments)
      if (name === "foreign_key_checks") this.isChecked = !/^(0|off|false)$/i.test(value[0]?.text ?? "");
  }

  private addTable({ table, columns, keys, options, onlyIfMissing }: Extract<Sql, { is: "create table" }>): void {
    const name = low(table.name);
    const isThere = this.tables.has(name) && !this.newTables.has(name);
    if (onlyIfMissing && isThere) return;
    this.tables.set(
      name,
      new Map(columns.map((column) => [low(column.name), { ...column, charset: column.charset ?? options["CHARSET"] }])),
    );
    this.newTables.add(name);
    this.keys.forget(name);
    for (const key of [...keys, ...columns.flatMap(ownKey)]) this.keys.add(name, key);
  }

  private forget(table: string): void {
    this.tables.delete(table);
    this.keys.forget(table);
    this.newTables.delete(table);
  }

  private rename(from: string, to: string): void {
    const columns = this.tables.get(from);
    const isNew = this.newTables.has(from);
    this.keys.rename(from, to);
    this.forget(from);
    if (columns !== undefined) this.tables.set(to, columns);
    if (isNew) this.newTables.add(to);
  }

  private alter(table: Name, action: Action): void {
    const name = low(table.name);
    const columns = this.tables.get(name) ?? new Map<string, Column>();
    this.tables.set(name, columns);
    if (action.does === "drop column") columns.delete(low(action.name));
    if (action.does === "change column") columns.delete(low(action.from));
    if (action.does === "add column" || action.does === "change column") columns.set(low(action.column.name), action.column);
    if (action.does === "add column") this.newColumns.add(`${name}.${low(action.column.name)}`);
    if (action.does === "add key") this.keys.add(name, action.key);
    if (action.does === "add column") for (const key of ownKey(action.column)) this.keys.add(name, key);
    if (action.does === "drop key") this.keys.drop(name, action.kind === "primary" ? "primary" : action.name);
    if (action.does === "rename key") this.keys.renameKey(name, action.from, action.to);
    if (action.does === "drop column") this.keys.loseColumn(name, action.name);
    if (action.does === "rename table") this.rename(name, low(action.to.name));
    if (action.does === "change column" || action.does === "rename column") this.renameColumn(name, action, columns);
  }

  private renameColumn(table: string, action: Extract<Action, { from: string }>, columns: Map<string, Column>): void {
    const to = action.does === "change column" ? action.column.name : "to" in action ? action.to : "";
    if (low(to) !== low(action.from)) this.keys.loseColumn(table, action.from);
    if (this.newColumns.has(`${table}.${low(action.from)}`)) this.newColumns.add(`${table}.${low(to)}`);
    const column = columns.get(low(action.from));
    if (action.does === "rename column" && column !== undefined) columns.set(low(to), { ...column, name: to });
    if (action.does === "rename column" && low(to) !== low(action.from)) columns.delete(low(action.from));
  }
}

/** `id int PRIMARY KEY` */
const ownKey = ({ name, key: kind }: Column): Key[] => (kind === undefined ? [] : [{ kind, name, columns: [name] }]);
