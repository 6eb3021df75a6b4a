import type { Token } from "./tokens";

/** Stands for DATABASE() in texts that are put together. */
export const ownDatabase = "__this_database__";

const systems = ["information_schema", "performance_schema", "sys", ownDatabase];

/** Reserved words behind which tables are named, or a routine; and those that do so at a statement's begin, and are columns' names elsewhere. */
const beforeTables = ["FROM", "JOIN", "STRAIGHT_JOIN", "UPDATE", "USING"];
const beforeName = ["INSERT", "REPLACE", "TABLE", "REFERENCES", "RENAME", "CALL", "PROCEDURE", "TRIGGER"];
const beforeNameAtBegin = ["VIEW", "FUNCTION", "EVENT", "SEQUENCE", "TABLES", "TRUNCATE"];

/** What may stand between such a word and the name. */
const between = [
  ...[
    "LOW_PRIORITY",
    "HIGH_PRIORITY",
    "DELAYED",
    "QUICK",
    "IGNORE",
    "ONLY",
    "INTO",
    "LATERAL",
    "TABLE",
    "TO",
    "AS",
    "=",
    "IF",
    "NOT",
    "EXISTS",
  ],
];

/** What ends a list of tables. */
const ending = [
  ...["WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "UNION", "EXCEPT", "INTERSECT", "SELECT", "SET", "VALUES", "DUPLICATE"],
  ...["RETURNING", "FOR", "LOCK", "ADD", ";"],
];

interface Bracket {
  isQuery: boolean;
  /** A comma in it stands between tables. */
  isList: boolean;
}

/**
 * Databases of the application's that a statement names: `d` of `FROM d.t`, `RENAME TABLE a TO d.b`, `CREATE TRIGGER … ON d.t`, `d.f(1)`. The table of a
 * column (`t.name`) stands in other places; FROM within a function (`EXTRACT(YEAR FROM t.created)`) names none.
 */
export function databasesIn(all: readonly Token[]): string[] {
  if (!all.some(({ upper }) => upper === ".")) return [];
  const found = new Set<string>();
  const introduces = introducer(all);
  const brackets: Bracket[] = [{ isQuery: true, isList: false }];
  let isNext = false;
  let hasName = false;
  for (let index = 0; index < all.length; index++) {
    const upper = all[index]?.upper ?? "";
    const bracket = brackets.at(-1) as Bracket;
    if (upper === "SELECT") bracket.isQuery = true;
    if (upper === "(") brackets.push({ isQuery: false, isList: isNext });
    else if (upper === ")" && brackets.length > 1) brackets.pop();
    else if (upper === ",") isNext = bracket.isList;
    else if (introduces(index, bracket.isQuery, hasName)) bracket.isList = isNext = true;
    else if (ending.includes(upper)) bracket.isList = isNext = false;
    else if (!isNext || !between.includes(upper)) {
      const name = isNext || isCalled(all, index) ? databaseAt(all, index) : undefined;
      if (name !== undefined) found.add(name);
      hasName ||= isNext;
      isNext = false;
    }
  }
  return [...found].filter((name) => !systems.includes(name.toLowerCase()));
}

/** Whether behind the word at an index comes the name of a table, view or routine. */
function introducer(all: readonly Token[]): (index: number, isQuery: boolean, hasName: boolean) => boolean {
  const head = all.slice(0, 12).map(({ upper }) => upper);
  const [verb = ""] = head;
  const isOnTable = ["CREATE", "DROP"].includes(verb) && (head.includes("INDEX") || head.includes("TRIGGER"));
  const isLike = verb === "CREATE" && head.includes("TABLE") && !head.includes("SELECT");
  return (index, isQuery, hasName) => {
    const word = all[index]?.upper ?? "";
    const before = all[index - 1]?.upper ?? "";
    if (before === ".") return false;
    if (word === "FROM") return isQuery;
    if (word === "UPDATE") return !["KEY", "FOR", "ON", "BEFORE", "AFTER", "OR"].includes(before);
    if (word === "REPLACE" && before === "OR") return false;
    if (beforeTables.includes(word)) return true;
    if (all[index + 1]?.upper === "(") return false;
    if (beforeName.includes(word)) return true;
    if (word === "ON") return isOnTable;
    if (word === "TO") return verb === "RENAME";
    if (word === "LIKE") return isLike;
    return !hasName && beforeNameAtBegin.includes(word);
  };
}

/** `d.f(`: columns and tables aren't called. */
const isCalled = (all: readonly Token[], index: number): boolean => all[index + 3]?.upper === "(" && all[index - 1]?.upper !== ".";

function databaseAt(all: readonly Token[], index: number): string | undefined {
  const [schema, dot, name] = all.slice(index, index + 3);
  return dot?.upper === "." && isName(schema) && isName(name) ? schema?.text : undefined;
}

const isName = (token: Token | undefined): boolean => token?.kind === "word" || token?.kind === "name";
