import { Cursor } from "./cursor";
import type { Token } from "./tokens";

/** A piece of a compound statement or of a routine's body. */
export type Step =
  | { does: "run"; tokens: Token[] }
  /** IF, CASE, and handlers: one of these, the first whose condition holds, or none. */
  | { does: "choose"; ways: Way[] }
  | { does: "repeat"; steps: Step[] }
  /** Variables that only live inside; without a value they are NULL. */
  | { does: "declare"; names: string[]; value: Token[] };

export interface Way {
  /** "else" holds always, "sometimes" can't be told. */
  condition: Token[] | "else" | "sometimes";
  steps: Step[];
}

const begins = ["IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR"];
const ends = ["END", "ELSE", "ELSEIF", "WHEN", "UNTIL"];

/** How deep blocks are followed; no stack overflows for a text that is no SQL. */
const deepest = 100;

/** Whether it is a block that runs at once, as MariaDB knows them outside of routines: `BEGIN NOT ATOMIC …`, `IF …`. */
export const isCompound = ([first, second]: readonly Token[]): boolean =>
  (first?.upper === "BEGIN" && second?.upper === "NOT") || (begins.includes(first?.upper ?? "") && second !== undefined);

/** Reads a compound statement or a routine's body; never throws, whatever the text. */
export function stepsOf(tokens: readonly Token[]): Step[] {
  const cursor = new Cursor(tokens);
  const steps: Step[] = [];
  while (!cursor.isAtEnd) {
    steps.push(...readSteps(cursor, 0));
    cursor.next(); // an END too many
  }
  return steps;
}

/** Up to what ends the block that they are in. */
function readSteps(cursor: Cursor, depth: number): Step[] {
  const steps: Step[] = [];
  while (!cursor.isAtEnd && !cursor.isOneOf(...ends)) if (!cursor.take(";")) steps.push(...readStep(cursor, depth));
  return steps;
}

function readStep(cursor: Cursor, depth: number): Step[] {
  if (depth > deepest) return (cursor.rest(), []);
  if (cursor.isBehind(1, ":")) cursor.takeAny(2); // a label
  if (cursor.take("IF")) return [closed(cursor, { does: "choose", ways: readIf(cursor, depth + 1) })];
  if (cursor.take("CASE")) return [closed(cursor, { does: "choose", ways: readCase(cursor, depth + 1) })];
  if (cursor.take("DECLARE")) return readDeclare(cursor, depth + 1);
  if (cursor.takeOneOf("WHILE", "FOR") !== undefined) {
    condition(cursor, "DO");
    return [closed(cursor, { does: "repeat", steps: readSteps(cursor, depth + 1) })];
  }
  if (cursor.takeOneOf("LOOP", "REPEAT") !== undefined) {
    const steps = readSteps(cursor, depth + 1);
    if (cursor.take("UNTIL")) condition(cursor, "END");
    return [closed(cursor, { does: "repeat", steps })];
  }
  if (cursor.take("BEGIN")) {
    cursor.take("NOT", "ATOMIC");
    return closed(cursor, readSteps(cursor, depth + 1));
  }
  return [{ does: "run", tokens: cursor.upTo(";") }];
}

/** Goes behind `END`, `END IF`, `END label`. */
function closed<Read>(cursor: Cursor, read: Read): Read {
  if (cursor.take("END")) cursor.upTo(";");
  return read;
}

function readIf(cursor: Cursor, depth: number): Way[] {
  const ways: Way[] = [];
  do ways.push({ condition: condition(cursor, "THEN"), steps: readSteps(cursor, depth) });
  while (cursor.take("ELSEIF"));
  return [...ways, ...readElse(cursor, depth)];
}

function readCase(cursor: Cursor, depth: number): Way[] {
  const subject = cursor.upTo("WHEN");
  const ways: Way[] = [];
  while (cursor.take("WHEN")) {
    const value = condition(cursor, "THEN");
    ways.push({ condition: subject.length === 0 ? value : [...subject, equals, ...value], steps: readSteps(cursor, depth) });
  }
  return [...ways, ...readElse(cursor, depth)];
}

const equals: Token = { kind: "mark", text: "=", upper: "=", at: 0, end: 0 };

const readElse = (cursor: Cursor, depth: number): Way[] =>
  cursor.take("ELSE") ? [{ condition: "else", steps: readSteps(cursor, depth) }] : [];

/** Up to this word, and behind it; CASE expressions have THEN and END of their own. */
function condition(cursor: Cursor, end: string): Token[] {
  const found = cursor.upTo(end, "CASE", ";");
  while (cursor.is("CASE")) found.push(...cursor.upTo("END"), ...cursor.takeAny(1), ...cursor.upTo(end, "CASE", ";"));
  if (end !== "END") cursor.take(end);
  return found;
}

function readDeclare(cursor: Cursor, depth: number): Step[] {
  if (cursor.takeOneOf("CONTINUE", "EXIT", "UNDO") !== undefined && cursor.take("HANDLER", "FOR")) {
    do takeHandled(cursor);
    while (cursor.take(","));
    return [{ does: "choose", ways: [{ condition: "sometimes", steps: readStep(cursor, depth) }] }];
  }
  const definition = new Cursor(cursor.upTo(";"));
  const names = [definition.name() ?? ""];
  if (definition.isOneOf("CURSOR", "CONDITION")) return [];
  while (definition.take(",")) names.push(definition.name() ?? "");
  definition.upTo("DEFAULT", ":=");
  definition.next();
  return [{ does: "declare", names, value: definition.rest() }];
}

/** `NOT FOUND`, `SQLSTATE VALUE '42S02'`, `1062`, `SQLEXCEPTION`, a condition's name */
function takeHandled(cursor: Cursor): void {
  if (cursor.take("NOT", "FOUND")) return;
  if (cursor.take("SQLSTATE")) cursor.take("VALUE");
  cursor.next();
}
