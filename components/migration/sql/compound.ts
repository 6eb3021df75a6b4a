import type { Token } from "./tokens";

/** Words that open or close blocks, and stand before statements or behind them. */
const opening = ["BEGIN", "NOT", "ATOMIC", "THEN", "ELSE", "DO", "LOOP", "REPEAT"];

/**
 * The statements inside MariaDB's `BEGIN NOT ATOMIC … END`, which run at once, unlike those of a routine's body; undefined for anything else. What a
 * condition or a loop is about isn't asked: a statement that may run is one that runs.
 */
export function statementsInBlock(tokens: readonly Token[]): Token[][] | undefined {
  if (!(tokens[0]?.upper === "BEGIN" && tokens[1]?.upper === "NOT")) return undefined;
  const found: Token[][] = [];
  let current: Token[] = [];
  for (const token of tokens) {
    const isConditionBefore = token.upper === "THEN" || (token.upper === "DO" && current[0]?.upper === "WHILE");
    if (token.upper === ";" || isConditionBefore || (current.length === 0 && opening.includes(token.upper))) {
      if (token.upper === ";") found.push(current);
      current = [];
    } else current.push(token);
  }
  return [...found, current].filter(([first]) => first !== undefined && first.upper !== "END");
}
