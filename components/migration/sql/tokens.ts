/** One word, name, value or mark of a statement; comments and space are left out. */
export interface Token {
  kind: "word" | "name" | "string" | "number" | "variable" | "mark";
  /** Without quotes; a variable with its @ or @@. */
  text: string;
  /** The text of a word or mark in upper case, to compare with; empty for everything else, so that `drop` in quotes is no DROP. */
  upper: string;
  /** Where it begins and ends in the statement. */
  at: number;
  end: number;
  /** The quote that begins it is never closed. */
  unclosed?: true;
}

const wordPattern = /[\p{L}\p{N}_$]+/uy;
const numberPattern = /(?:0x[0-9a-f]+|0b[01]+|\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)(?![\p{L}\p{N}_$])/iuy;
const variablePattern = /@@?(?:(?:`[^`]*`|'[^']*'|"[^"]*"|[\p{L}\p{N}_$.]+))?/uy;
const markPattern = /:=|<=>|<=|>=|<>|!=|\|\||&&|[^]/uy;
// Executable comments for version 99999 or 999999 are for no server: dumps hide commands of the client in them.
const blankPattern = /(?:\s+|#[^\n]*|--(?=\s|$)[^\n]*|\/\*(?!M?!(?!99999))(?:[^*]|\*(?!\/))*(?:\*\/|$))+/y;
const executablePattern = /\/\*M?!\d*/y;

/** Reads one statement; never throws, whatever the text. What executable comments hold is code like the rest. */
export function tokens(statement: string): Token[] {
  const found: Token[] = [];
  let openComments = 0;
  for (let at = 0; at < statement.length;) {
    const blank = matchAt(blankPattern, statement, at) ?? matchAt(executablePattern, statement, at);
    if (blank !== undefined) {
      if (blank.startsWith("/*M!") || blank.startsWith("/*!")) openComments++;
      at += blank.length;
    } else if (openComments > 0 && statement.startsWith("*/", at)) {
      openComments--;
      at += 2;
    } else {
      const token = tokenAt(statement, at);
      found.push(token);
      at = token.end;
    }
  }
  return found;
}

function tokenAt(source: string, at: number): Token {
  const first = source.charAt(at);
  if (first === "'" || first === '"' || first === "`") return quoted(source, at, first);
  if (first === "@") return token("variable", matchAt(variablePattern, source, at) ?? first, at);
  const number = matchAt(numberPattern, source, at);
  if (number !== undefined) return token("number", number, at);
  const word = matchAt(wordPattern, source, at);
  return word === undefined ? token("mark", matchAt(markPattern, source, at) ?? first, at) : token("word", word, at);
}

function quoted(source: string, at: number, quote: string): Token {
  let text = "";
  let index = at + 1;
  for (; index < source.length; index++) {
    const one = source.charAt(index);
    if (one === "\\" && quote !== "`") text += unescaped(source.charAt(++index));
    else if (one !== quote) text += one;
    else if (source.charAt(index + 1) === quote) text += source.charAt(++index);
    else break;
  }
  const kind = quote === "`" ? "name" : "string";
  const read: Token = { kind, text, upper: "", at, end: Math.min(index + 1, source.length) };
  return index < source.length ? read : { ...read, unclosed: true };
}

const unescaped = (escaped: string): string => ({ n: "\n", t: "\t", r: "\r", 0: "\0" })[escaped] ?? escaped;

const token = (kind: Token["kind"], text: string, at: number): Token => ({
  kind,
  text,
  upper: kind === "word" || kind === "mark" ? text.toUpperCase() : "",
  at,
  end: at + text.length,
});

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  const text = pattern.exec(source)?.[0];
  return text === "" ? undefined : text;
}
