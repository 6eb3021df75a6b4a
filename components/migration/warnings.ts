import { counted } from "./chain";
import type { Script } from "./script";

/** Warnings that are shown of one statement. */
export const mostWarnings = 5;

/** Statements of a script whose warnings are shown. */
const mostStatements = 20;

/** As `SHOW WARNINGS` answers. */
export interface ServerWarning {
  Code: number;
  Message: string;
}

/** What the server has to say of a statement that it carried out. */
export interface StatementWarnings {
  /** From 1. */
  statement: number;
  count: number;
  /** The first of them. */
  shown: readonly ServerWarning[];
}

/** "40_….sql:31: 8 warnings of the server: 1265 Data truncated for column 'text' at row 1; …; and 3 more" */
export function warningText({ file, parts }: Script, { statement, count, shown }: StatementWarnings): string {
  const rest = count - shown.length;
  const texts = [...shown.map(({ Code, Message }) => `${Code} ${Message}`), ...(shown.length > 0 && rest > 0 ? [`and ${rest} more`] : [])];
  return `${file}:${parts[statement - 1]?.line}: ${counted(count, "warning")} of the server${texts.length > 0 ? `: ${texts.join("; ")}` : ""}`;
}

/** Warnings of one script on their way to whoever deploys: not more than somebody reads. */
export class Warnings {
  #statements = 0;

  constructor(
    private readonly script: Script,
    private readonly warn: (text: string) => void,
  ) {}

  add(warnings: StatementWarnings): void {
    this.#statements++;
    if (this.#statements <= mostStatements) this.warn(warningText(this.script, warnings));
  }

  /** Says how much was left out. */
  end(): void {
    const rest = this.#statements - mostStatements;
    if (rest > 0) this.warn(`${this.script.file}: ${counted(rest, "further statement")} with warnings of the server`);
  }
}
