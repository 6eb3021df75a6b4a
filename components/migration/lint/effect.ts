import type { Sql } from "../sql/statement";
import type { Token } from "../sql/tokens";

/** One thing that a statement does: itself; or, when it runs others (CALL, PREPARE, a block), one of those. */
export type Effect = Sql & {
  tokens: readonly Token[];
  /** Where it stands, when that is in a procedure's body. */
  within?: Place;
};

export interface Place {
  procedure: string;
  file: string;
  line: number;
}

export const placeText = ({ procedure, file, line }: Place): string => `${procedure}, ${file}:${line}`;
