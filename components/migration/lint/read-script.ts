import { parseScriptName } from "../chain";
import type { Script } from "../script";
import type { Statement } from "../split";
import { statementsInBlock } from "../sql/compound";
import { readStatement, readTokens } from "../sql/read";
import type { Sql } from "../sql/statement";
import { helperEffect } from "./helpers";
import { preparedEffects } from "./prepared";

/** A statement, and what it does. */
export interface StatementRead extends Statement {
  /** Its place in the script, from 0. */
  index: number;
  sql: Sql;
  /** The statement itself; or what a known helper does that it calls; or what a text may be that it prepares. */
  effects: Sql[];
}

export interface ScriptRead {
  file: string;
  /** The version that it leads to; undefined for a helper file. */
  to: string | undefined;
  statements: StatementRead[];
}

export function readScript(script: Script): ScriptRead {
  const name = parseScriptName(script.file);
  const statements = script.parts.map((part, index) => ({ ...part, index, sql: readStatement(part.text) }));
  const effects = (sql: Sql, index: number): Sql[] => {
    if (sql.is === "call") return [helperEffect(sql) ?? sql];
    if (sql.is === "prepare") return preparedEffects(sql, statements.slice(0, index)) ?? [sql];
    const block = sql.is === "other" ? statementsInBlock(sql.tokens) : undefined;
    return block === undefined ? [sql] : block.map(readTokens);
  };
  return {
    file: script.file,
    to: name === undefined || "problem" in name ? undefined : name.to,
    statements: statements.map((statement) => ({ ...statement, effects: effects(statement.sql, statement.index) })),
  };
}
