import { parseScriptName } from "../chain";
import type { Script } from "../script";
import type { Statement } from "../split";
import { readTokens } from "../sql/read";
import type { Sql } from "../sql/statement";
import { type Token, tokens as tokensOf } from "../sql/tokens";
import type { Effect } from "./effect";
import { Procedures } from "./procedures";
import { Session } from "./session";

/** A statement, and what it does. */
export interface StatementRead extends Statement {
  /** Its place in the script, from 0. */
  index: number;
  tokens: readonly Token[];
  sql: Sql;
  /** The statement itself; or what the procedure does that it calls; or what a text may be that it prepares. */
  effects: Effect[];
}

export interface ScriptRead {
  file: string;
  /** The version that it leads to; undefined for a helper file. */
  to: string | undefined;
  statements: StatementRead[];
}

/** Reads scripts, given in the order that they run in: the procedures that one makes are known to those behind it. */
export function scriptReader(): (script: Script) => ScriptRead {
  const procedures = new Procedures();
  return ({ file, parts }) => {
    const name = parseScriptName(file);
    const session = new Session(procedures);
    const statements = parts.map((part, index): StatementRead => {
      const tokens = tokensOf(part.text);
      const sql = readTokens(tokens);
      const effects = session.effectsOf(tokens, sql);
      procedures.follow(sql, tokens, part, file);
      return { ...part, index, tokens, sql, effects };
    });
    return { file, to: name === undefined || "problem" in name ? undefined : name.to, statements };
  };
}
