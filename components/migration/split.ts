/** One statement as the mariadb client would send it, and where it begins in its file (both from 1). */
export interface Statement {
  text: string;
  line: number;
  column: number;
}

/**
 * Cuts a script where the mariadb client does: at the delimiter, outside strings, quoted names and comments; `DELIMITER x` on a line of its own
 * changes it. Comments before a statement are left out, those inside it stay; executable comments are code. Line ends become LF, as the client
 * sends them. What stands behind the last delimiter counts, too.
 */
export function splitStatements(script: string): Statement[] {
  const source = script.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const statements: Statement[] = [];
  const where = positions(source);
  let delimiter = ";";
  let begin: number | undefined;
  const close = (end: number): void => {
    if (begin !== undefined) statements.push({ text: source.slice(begin, end).trimEnd(), ...where(begin) });
    begin = undefined;
  };
  for (let at = 0; at < source.length;) {
    const command = begin === undefined ? delimiterCommand(source, at) : undefined;
    if (command !== undefined) {
      delimiter = command.delimiter;
      at = command.end;
    } else if (source.startsWith(delimiter, at)) {
      close(at);
      at += delimiter.length;
    } else {
      const [end, isBlank] = token(source, at, begin === undefined);
      if (!isBlank) begin ??= at;
      at = end;
    }
  }
  close(source.length);
  return statements;
}

/** `DELIMITER x` is the client's own command; it ends with its line. */
function delimiterCommand(source: string, at: number): { delimiter: string; end: number } | undefined {
  const command = /delimiter[ \t]+(?:'([^'\n]+)'|"([^"\n]+)"|`([^`\n]+)`|(\S+))[^\n]*(?:\n|$)/iy;
  command.lastIndex = at;
  const found = command.exec(source);
  const delimiter = found?.slice(1).find((quoted) => quoted !== undefined);
  return found === null || delimiter === undefined ? undefined : { delimiter, end: at + found[0].length };
}

/** Where the thing that begins here ends, and whether it is only space or a comment. */
function token(source: string, at: number, isBetween: boolean): [end: number, isBlank: boolean] {
  const one = source.charAt(at);
  const next = source.charAt(at + 1);
  if (one === "'" || one === '"' || one === "`") return [endOfQuoted(source, at, one), false];
  if (one === "#") return [endOfLine(source, at), true];
  if (one === "-" && next === "-" && (isBetween || /^\s?$/.test(source.charAt(at + 2)))) return [endOfLine(source, at), true];
  if (one === "/" && next === "*") return isExecutable(source, at) ? [at + 3, false] : [endOfComment(source, at), true];
  return [at + 1, /\s/.test(one)];
}

/** `/*! … *\/` and MariaDB's `/*M! … *\/` are code. */
const isExecutable = (source: string, at: number): boolean => source.startsWith("/*!", at) || source.startsWith("/*M!", at);

function endOfQuoted(source: string, at: number, quote: string): number {
  for (let index = at + 1; index < source.length; index++) {
    if (source[index] === "\\" && quote !== "`") index++;
    else if (source[index] === quote) return index + 1;
  }
  return source.length;
}

function endOfLine(source: string, at: number): number {
  const end = source.indexOf("\n", at);
  return end === -1 ? source.length : end + 1;
}

function endOfComment(source: string, at: number): number {
  const end = source.indexOf("*/", at + 2);
  return end === -1 ? source.length : end + 2;
}

/** Line and column of positions that only grow. */
function positions(source: string): (at: number) => { line: number; column: number } {
  let line = 1;
  let lineBegin = 0;
  return (at) => {
    for (let next = source.indexOf("\n", lineBegin); next !== -1 && next < at; next = source.indexOf("\n", lineBegin)) {
      line++;
      lineBegin = next + 1;
    }
    return { line, column: at - lineBegin + 1 };
  };
}
