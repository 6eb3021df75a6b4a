import { Cursor, listed } from "./cursor";
import type { Name } from "./statement";
import type { Token } from "./tokens";

/** What CREATE PROCEDURE makes. */
export interface Procedure {
  name: Name;
  onlyIfMissing: boolean;
  parameters: Parameter[];
  body: Token[];
}

export interface Parameter {
  /** In small letters. */
  name: string;
  /** OUT, or INOUT: the caller's variable is another one afterwards. */
  isOut: boolean;
}

const characteristics = ["NOT", "DETERMINISTIC", "CONTAINS", "NO", "READS", "MODIFIES", "SQL", "DATA", "SECURITY", "DEFINER", "INVOKER"];

/** undefined for any other statement. */
export function procedureIn(all: readonly Token[]): Procedure | undefined {
  const cursor = new Cursor(all);
  if (!cursor.take("CREATE")) return undefined;
  cursor.upTo("PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "VIEW", "TABLE", "(");
  if (!cursor.take("PROCEDURE")) return undefined;
  const onlyIfMissing = cursor.takeIfExists();
  const name = cursor.qualified();
  const parameters = listed(cursor.group() ?? []).flatMap((part) => readParameter(new Cursor(part)) ?? []);
  while (takeCharacteristic(cursor));
  return name && { name, onlyIfMissing, parameters, body: cursor.rest() };
}

function readParameter(cursor: Cursor): Parameter | undefined {
  const direction = cursor.takeOneOf("IN", "OUT", "INOUT");
  const name = cursor.name()?.toLowerCase();
  return name === undefined ? undefined : { name, isOut: direction === "OUT" || direction === "INOUT" };
}

function takeCharacteristic(cursor: Cursor): boolean {
  if (cursor.takeOneOf("COMMENT", "LANGUAGE") !== undefined) return (cursor.next(), true);
  return cursor.takeOneOf(...characteristics) !== undefined;
}
