import type { Key } from "../sql/statement";

interface Kept extends Key {
  isDropped: boolean;
}

/** Keys that tables' rows keep to, as far as scripts say; tables in small letters. */
export class Keys {
  private readonly byTable = new Map<string, Kept[]>();

  add(table: string, key: Key): void {
    this.byTable.set(table, [...(this.byTable.get(table) ?? []), { ...key, isDropped: false }]);
  }

  /** Until the script has ended, the rows are still as the key had them. */
  drop(table: string, name: string | undefined): void {
    for (const key of this.byTable.get(table) ?? []) if (nameOf(key) === name?.toLowerCase()) key.isDropped = true;
  }

  /** A column is gone, or called otherwise: nobody follows its keys. */
  loseColumn(table: string, column: string): void {
    for (const key of this.byTable.get(table) ?? []) if (lower(key.columns).includes(column.toLowerCase())) key.columns = [];
  }

  renameKey(table: string, from: string, to: string): void {
    for (const key of this.byTable.get(table) ?? []) if (nameOf(key) === from.toLowerCase()) key.name = to;
  }

  forgetDropped(): void {
    for (const [table, keys] of this.byTable)
      this.byTable.set(
        table,
        keys.filter(({ isDropped }) => !isDropped),
      );
  }

  forget(table: string): void {
    this.byTable.delete(table);
  }

  rename(from: string, to: string): void {
    this.byTable.set(to, this.byTable.get(from) ?? []);
  }

  have(table: string, wanted: Key): boolean {
    return (this.byTable.get(table) ?? []).some((key) => implies(key, wanted));
  }
}

/** One that isn't named is called after its first column. */
const nameOf = ({ kind, name, columns }: Key): string => (kind === "primary" ? "primary" : (name ?? columns[0] ?? "").toLowerCase());

const lower = (names: readonly string[]): string[] => names.map((name) => name.toLowerCase());

/** What is unique by some of the columns is unique by all. */
function implies(key: Key, wanted: Key): boolean {
  const [has, wants] = [lower(key.columns), lower(wanted.columns)];
  if (wanted.kind === "foreign")
    return (
      key.kind === "foreign" && has.join() === wants.join() && key.references?.name.toLowerCase() === wanted.references?.name.toLowerCase()
    );
  const isUnique = ({ kind }: Key): boolean => kind === "unique" || kind === "primary";
  return isUnique(key) && isUnique(wanted) && has.length > 0 && has.every((column) => wants.includes(column));
}
