import { StatementFailed } from "../../database/errors";
import { isOne, ownsTransactions } from "./batch";
import { looksBack } from "./resume";
import type { Script } from "./script";
import type { Statement } from "./split";

/** Times that one statement is sent again. */
const mostTimes = 3;

const deadlock = 1213;

/**
 * Statements that the server undid to end a deadlock with another session. Where that undid nothing else and the statement does the same once more,
 * it is sent again: the other session goes on meanwhile, and it takes another chance to be in each other's way.
 */
export class Deadlocks {
  #statement = -1;
  #times = 0;

  constructor(
    private readonly script: Script,
    private readonly warn: (text: string) => void,
  ) {}

  /** Whether the statement behind the first `sent` is to be sent again after this error; says so. */
  goesOnAfter(error: unknown, sent: number): boolean {
    const statement = this.script.parts[sent];
    if (!(error instanceof StatementFailed && error.errno === deadlock) || statement === undefined) return false;
    if (!isUndoneAlone(this.script, statement)) return false;
    this.#times = this.#statement === sent ? this.#times + 1 : 1;
    this.#statement = sent;
    if (this.#times > mostTimes) return false;
    this.warn(
      `${this.script.file}:${statement.line}: the server undid statement ${sent + 1} to end a deadlock with another session; ` +
        `it is sent again (${this.#times} of at most ${mostTimes} times)`,
    );
    return true;
  }
}

/**
 * In a transaction of the script's own those before it are undone, too. A CALL is many statements, and what one gave a variable is never undone. (Nor
 * are rows of tables without transactions; the server ends a deadlock at the expense of a session that has written none.)
 */
const isUndoneAlone = (script: Script, statement: Statement): boolean =>
  /^(INSERT|REPLACE|UPDATE|DELETE)\b/i.test(statement.text) &&
  !/:=|\bLAST_INSERT_ID\s*\(/i.test(statement.text) &&
  isOne(statement) &&
  !looksBack(statement) &&
  !ownsTransactions(script);
