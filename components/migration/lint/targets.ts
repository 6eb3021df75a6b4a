import type { Step } from "../sql/compound";
import { Cursor, listed } from "../sql/cursor";
import { readTokens } from "../sql/read";
import type { Assignment } from "../sql/statement";
import type { Token } from "../sql/tokens";
import { type Target, variableName } from "./variables";

/** What `SELECT … INTO @a, b`, FETCH, `SELECT @a := 1` and CALL (by its OUT parameters) change. */
export function targetsOf(tokens: readonly Token[]): Target[] {
  const inside = tokens.flatMap((token, index) =>
    token.kind === "variable" && tokens[index + 1]?.upper === ":=" ? [{ name: variableName(token) }] : [],
  );
  const verb = tokens[0]?.upper;
  if (verb === "CALL") return callArguments(tokens).flatMap(variablePassed);
  return verb === "SELECT" || verb === "FETCH" ? [...inside, ...intoTargets(tokens)] : inside;
}

function intoTargets(tokens: readonly Token[]): Target[] {
  const cursor = new Cursor(tokens.slice(1));
  const values = listed(cursor.upTo("INTO", "FROM"));
  cursor.upTo("INTO");
  cursor.next();
  const names = listed(cursor.upTo("FROM", "WHERE", "LIMIT", "FOR", "LOCK"));
  return names.flatMap(([token], index) => {
    const value = names.length === values.length && tokens[0]?.upper === "SELECT" ? values[index] : undefined;
    return token === undefined ? [] : [{ name: variableName(token), value }];
  });
}

export const callArguments = (tokens: readonly Token[]): Token[][] => {
  const cursor = new Cursor(tokens);
  cursor.upTo("CALL");
  cursor.next();
  cursor.qualified();
  return listed(cursor.group() ?? []);
};

/** What a routine may give another value to, if that parameter is OUT. */
export const variablePassed = ([one, ...more]: readonly Token[]): Target[] =>
  one === undefined || more.length > 0 || one.kind === "string" || one.kind === "number" ? [] : [{ name: variableName(one) }];

/** The names that assignments give values to. */
export const assigned = ({ scope, name, value }: Assignment): Target[] =>
  scope === "global" ? [] : [{ name: scope === "user" ? `@${name}` : name, value }];

/** Everything that some of these steps may change. */
export function changedIn(steps: readonly Step[]): Target[] {
  return steps.flatMap((step): Target[] => {
    if (step.does === "choose") return step.ways.flatMap((way) => changedIn(way.steps));
    if (step.does === "repeat") return changedIn(step.steps);
    if (step.does === "declare") return [];
    const sql = readTokens(step.tokens);
    return sql.is === "set" ? sql.assignments.flatMap(assigned) : targetsOf(step.tokens);
  });
}
