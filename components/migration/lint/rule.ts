import type { Effect } from "./effect";
import type { ScriptRead, StatementRead } from "./read-script";
import type { World } from "./world";

/** What a finding is about. */
export type FindingClass =
  | "destroys data"
  | "breaks the old code"
  | "holds locks"
  | "will fail"
  | "version"
  | "encoding"
  | "privileges"
  | "not repeatable"
  | "session"
  | "client command"
  | "unreadable"
  | "acknowledgement";

/** A script to show a rule with; a plain text is the rest of 40_update_v8.0.0_v8.1.0.sql, behind its version. */
export type Example = string | { file: string; source: string; earlier?: string };

/** One kind of finding. */
export interface Rule {
  /** Stable: acknowledgements name it. */
  id: string;
  class: FindingClass;
  /** In a few words, for lists. */
  title: string;
  /** What goes wrong. */
  why: string;
  /** What to do in its place. */
  instead: string;
  /** The release that still serves users fails while this one's scripts have run; so for all of the class "breaks the old code". */
  breaksOldCode?: true;
  /** Scripts in which it finds something, and others in which no rule does. Tests run them, docs/lint.md shows them. */
  bad: readonly Example[];
  good: readonly Example[];
  /** What is wrong with one effect of a statement: the statement itself, or what a procedure does that it calls. */
  ofEffect?(effect: Effect, world: World, statement: StatementRead): string | undefined;
  /** What is wrong with a script as a whole, or with its statements seen together. */
  ofScript?(script: ScriptRead): Hit[];
}

/** Found at a statement, or at the beginning of the file. */
export interface Hit {
  statement?: StatementRead;
  message: string;
}
