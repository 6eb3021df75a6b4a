import { copies, inPlace, instant, isAtLeast, type Locking, type Server } from "./locking";
import type { Column } from "./sql/statement";
import { isNarrower, typeText } from "./sql/narrower";

/** ADD COLUMN. */
export function newColumnLocking(column: Column, server: Server): Locking {
  if (column.generated === "stored") return copies("a stored column is computed for every row");
  if (column.hasComputedDefault) return copies("the default is computed for every row");
  if (column.autoIncrement) return { ...inPlace("every row is numbered, and nobody writes meanwhile"), blocksWrites: true };
  if (column.key !== undefined) return inPlace("an index is built");
  if (column.hasCheck && server.kind === "mysql") return copies("a check is tried on every row");
  const isInstant = isAtLeast(server, column.isPlaced ? { mariadb: "10.4", mysql: "8.0.29" } : { mariadb: "10.3.2", mysql: "8.0.12" });
  return isInstant ? instant("a column is added") : inPlace("the table is built anew with the column");
}

/** CHANGE and MODIFY. */
export function columnLocking(was: Column | undefined, now: Column, server: Server): Locking {
  if (was === undefined) return { locking: "unknown", reason: `what ${now.name} was before isn't known` };
  if (was.charset === undefined && now.charset !== undefined)
    return { locking: "unknown", reason: `${now.name}'s character set before isn't known` };
  const isRetyped = !isSameType(was, now);
  if (isRetyped && !isInstantlyWider(was, now)) return copies(`the type changes: ${typeText(was)} -> ${typeText(now)}`);
  if (was.generated !== now.generated) return copies("the column becomes, or was, a computed one");
  if (was.autoIncrement !== now.autoIncrement && now.autoIncrement) return copies("every row is numbered");
  if (was.nullable !== now.nullable) return inPlace(`the table is built anew ${now.nullable ? "with room for NULL" : "without NULL"}`);
  if (now.isPlaced && server.kind === "mysql") return inPlace("the table is built anew in the new order");
  if (now.isPlaced && !isAtLeast(server, { mariadb: "10.4", mysql: "0" })) return inPlace("the table is built anew in the new order");
  if (was.name !== now.name && !isAtLeast(server, { mariadb: "10.3", mysql: "8.0.28" })) return inPlace("a column's name");
  if (isRetyped && server.kind === "mysql" && now.type === "varchar") return inPlace("a longer varchar, in the definition alone");
  return instant("the definition alone");
}

const isInteger = ({ type }: Column): boolean => /int$/.test(type);

function isSameType(was: Column, now: Column): boolean {
  const isSameCharset = (was.charset ?? now.charset) === (now.charset ?? was.charset);
  const isSameSize = isInteger(was) || was.arguments.join() === now.arguments.join();
  return was.type === now.type && was.unsigned === now.unsigned && isSameSize && isSameCharset;
}

/** A row says its text's length in one byte if no text can be longer than 255 bytes, else in two: to pass that border every row is written anew. */
function isInstantlyWider(was: Column, now: Column): boolean {
  if (was.type !== now.type || isNarrower(was, now)) return false;
  if (was.type === "varchar") {
    const [from, to] = [was, now].map(bytes) as [number, number];
    return from <= 255 === to <= 255;
  }
  const isSet = was.type === "enum" || was.type === "set";
  return isSet && was.arguments.every((word, index) => now.arguments[index] === word) && storage(was) === storage(now);
}

/** In the worst case of utf8mb4, if nothing else is said. */
const bytes = ({ arguments: [length], charset = "utf8mb4" }: Column): number =>
  Number(length ?? 0) * (/^utf8mb4/.test(charset) ? 4 : /^utf8/.test(charset) ? 3 : 1);

const storage = ({ type, arguments: words }: Column): number =>
  type === "enum" ? (words.length > 255 ? 2 : 1) : Math.ceil(words.length / 8);
