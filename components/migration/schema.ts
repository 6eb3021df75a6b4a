import { createHash } from "node:crypto";
import type { DatabaseSession } from "../../database/connect";
import { ledgerTable } from "./ledger";

/** Definitions by object ("table users", "trigger users_name"), as the server writes them, without what differs between copies. */
export type Schema = Map<string, string>;

/** How the server is asked for the objects of a kind, and in which column it answers. */
const kinds: { kind: string; list: string; show: string; column: string }[] = [
  {
    kind: "table",
    list: "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND table_type <> 'VIEW' ORDER BY name",
    show: "SHOW CREATE TABLE ??.??",
    column: "Create Table",
  },
  {
    kind: "view",
    list: "SELECT table_name AS name FROM information_schema.views WHERE table_schema = ? ORDER BY name",
    show: "SHOW CREATE VIEW ??.??",
    column: "Create View",
  },
  ...["procedure", "function"].map((kind) => ({
    kind,
    list: `SELECT routine_name AS name FROM information_schema.routines WHERE routine_type = '${kind}' AND routine_schema = ? ORDER BY name`,
    show: `SHOW CREATE ${kind.toUpperCase()} ??.??`,
    column: kind === "procedure" ? "Create Procedure" : "Create Function",
  })),
  {
    kind: "trigger",
    list: "SELECT trigger_name AS name FROM information_schema.triggers WHERE trigger_schema = ? ORDER BY name",
    show: "SHOW CREATE TRIGGER ??.??",
    column: "SQL Original Statement",
  },
  {
    kind: "event",
    list: "SELECT event_name AS name FROM information_schema.events WHERE event_schema = ? ORDER BY name",
    show: "SHOW CREATE EVENT ??.??",
    column: "Create Event",
  },
];

/** A statement with its values. */
type Question = [sql: string, values: readonly unknown[]];

const questionsAtOnce = 200;

/** All objects of the schema, but the ledger. @param session for several questions: an answer each would take as many round trips as there are objects */
export async function readSchema(session: DatabaseSession): Promise<Schema> {
  const { schema } = session;
  const lists = await ask(
    session,
    kinds.map(({ list }) => [list, [schema]]),
  );
  const objects = kinds.flatMap(({ kind, show, column }, at) =>
    (lists[at] as { name: string }[]).filter(({ name }) => name !== ledgerTable).map(({ name }) => ({ name, kind, show, column })),
  );
  const answers = await ask(
    session,
    objects.map(({ show, name }) => [show, [schema, name]]),
  );
  const definition = (at: number, column: string): string => (answers[at]?.[0] as Record<string, string | null>)[column] ?? "";
  return new Map(objects.map(({ kind, name, column }, at) => [`${kind} ${name}`, comparable(definition(at, column), schema)]));
}

/** @returns the rows for each question */
async function ask(session: DatabaseSession, questions: readonly Question[]): Promise<object[][]> {
  const answers: object[][] = [];
  for (let at = 0; at < questions.length; at += questionsAtOnce) {
    const texts = questions.slice(at, at + questionsAtOnce).map(([sql, values]) => session.format(sql, values));
    answers.push(...(await session.execute(texts.join(";\n"))).results);
  }
  return answers;
}

/**
 * Without the next id, who it acts for, whether an event is on and since when, the schema's own name, and a column's character set beside its collation,
 * which MySQL only tells of tables that were made from a dump.
 */
export const comparable = (definition: string, schema: string): string =>
  definition
    .replace(/(\n\) ENGINE=\w+) AUTO_INCREMENT=\d+/, "$1")
    .replace(/^( {2}`.*?) CHARACTER SET \w+ COLLATE /gm, "$1 COLLATE ")
    .replace(/^(CREATE )(.*?)DEFINER=`[^`]*`(?:@`[^`]*`)? /, "$1$2")
    .replace(/( ON COMPLETION (?:NOT )?PRESERVE) (?:ENABLE|DISABLE)\b/, "$1")
    .replace(/^(CREATE EVENT .*?) (?:STARTS|AT) '[\d: -]+'/, "$1")
    .replaceAll(`\`${schema.replaceAll("`", "``")}\`.`, "");

export const checksums = (schema: Schema): Record<string, string> =>
  Object.fromEntries([...schema].map(([name, text]) => [name, createHash("sha256").update(text).digest("hex").slice(0, 16)]));

/** What is otherwise than expected, in words. */
export function schemaDifferences(expected: Record<string, string>, live: Record<string, string>): string[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(live)])].sort();
  return names.flatMap((name) => {
    if (live[name] === undefined) return [`${name} is missing`];
    if (expected[name] === undefined) return [`${name} should not be there`];
    return live[name] === expected[name] ? [] : [`${name} is different`];
  });
}
