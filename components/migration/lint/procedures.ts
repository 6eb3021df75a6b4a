import type { Statement } from "../split";
import { type Step, stepsOf } from "../sql/compound";
import { type Procedure, procedureIn } from "../sql/procedure";
import type { Name, Sql } from "../sql/statement";
import type { Token } from "../sql/tokens";
import type { Place } from "./effect";

/** A procedure whose body is known. */
export interface KnownProcedure extends Procedure {
  steps: Step[];
  /** Where in its script something in its body is. */
  placeOf(token: Token | undefined): Place;
}

/** The procedures that the scripts so far have made, and not dropped again. */
export class Procedures {
  private readonly known = new Map<string, Procedure & { file: string; statement: Statement }>();

  /** A statement has run. */
  follow(sql: Sql, tokens: readonly Token[], statement: Statement, file: string): void {
    if (sql.is === "drop object" && sql.kind === "procedure") for (const { name } of sql.objects) this.known.delete(name.toLowerCase());
    const made = sql.is === "create object" && sql.kind === "procedure" ? procedureIn(tokens) : undefined;
    const key = made?.name.name.toLowerCase();
    if (made === undefined || key === undefined || (made.onlyIfMissing && this.known.has(key))) return;
    this.known.set(key, { ...made, file, statement });
  }

  find({ name }: Name): KnownProcedure | undefined {
    const found = this.known.get(name.toLowerCase());
    if (found === undefined) return undefined;
    const { file, statement } = found;
    const placeOf = (token: Token | undefined): Place => ({ procedure: found.name.name, file, line: lineOf(statement, token?.at ?? 0) });
    return { ...found, steps: stepsOf(found.body), placeOf };
  }
}

const lineOf = ({ text, line }: Statement, at: number): number => line + text.slice(0, at).split("\n").length - 1;
