import type { Name } from "./statement";
import type { Token } from "./tokens";

/** Walks over tokens, one way. */
export class Cursor {
  private index = 0;

  constructor(private readonly all: readonly Token[]) {}

  get token(): Token | undefined {
    return this.all[this.index];
  }

  get isAtEnd(): boolean {
    return this.index >= this.all.length;
  }

  next(): Token | undefined {
    return this.all[this.index++];
  }

  /** Whether these words (or marks), in capitals, come next. */
  is(...words: string[]): boolean {
    return words.every((word, offset) => this.all[this.index + offset]?.upper === word);
  }

  /** Whether this word or mark follows, so many tokens further on. */
  isBehind(offset: number, word: string): boolean {
    return this.all[this.index + offset]?.upper === word;
  }

  isOneOf(...words: string[]): boolean {
    return words.includes(this.token?.upper ?? "\0");
  }

  /** Goes past these words if they come next, else stays. */
  take(...words: string[]): boolean {
    const isNext = this.is(...words);
    if (isNext) this.index += words.length;
    return isNext;
  }

  takeOneOf(...words: string[]): string | undefined {
    return this.isOneOf(...words) ? this.next()?.upper : undefined;
  }

  /** Goes past so many tokens. */
  takeAny(count: number): Token[] {
    const begin = this.index;
    this.index = Math.min(begin + count, this.all.length);
    return this.all.slice(begin, this.index);
  }

  /** Goes past IF EXISTS, or IF NOT EXISTS. */
  takeIfExists(): boolean {
    return this.take("IF", "EXISTS") || this.take("IF", "NOT", "EXISTS");
  }

  /** A name, quoted or not; in ANSI mode also one in double quotes. */
  name(): string | undefined {
    const { kind, text } = this.token ?? {};
    if (kind !== "word" && kind !== "name" && kind !== "string") return undefined;
    this.index++;
    return text;
  }

  /** `table` or `database`.`table`. */
  qualified(): Name | undefined {
    const first = this.name();
    if (first === undefined) return undefined;
    if (!this.take(".")) return { name: first };
    const second = this.name();
    return second === undefined ? { name: first } : { schema: first, name: second };
  }

  /** What is between the parenthesis that comes next and the one that closes it; nothing if none comes next. */
  group(): Token[] | undefined {
    if (!this.take("(")) return undefined;
    const begin = this.index;
    for (let depth = 1; !this.isAtEnd;) {
      const { upper } = this.next() as Token;
      if (upper === "(") depth++;
      else if (upper === ")" && --depth === 0) return this.all.slice(begin, this.index - 1);
    }
    return this.all.slice(begin);
  }

  /** Everything up to one of these words outside parentheses, or the end; that word is next then. */
  upTo(...words: string[]): Token[] {
    const begin = this.index;
    let depth = 0;
    for (; !this.isAtEnd; this.index++) {
      if (depth === 0 && this.isOneOf(...words)) break;
      if (this.is("(")) depth++;
      else if (this.is(")")) depth--;
    }
    return this.all.slice(begin, this.index);
  }

  rest(): Token[] {
    const rest = this.all.slice(this.index);
    this.index = this.all.length;
    return rest;
  }
}

/** Cuts at the commas outside parentheses. */
export function listed(tokens: readonly Token[]): Token[][] {
  const cursor = new Cursor(tokens);
  const parts: Token[][] = [];
  while (!cursor.isAtEnd) {
    const part = cursor.upTo(",");
    if (part.length > 0) parts.push(part);
    cursor.take(",");
  }
  return parts;
}

/** Whether these words follow each other anywhere, inside parentheses too. */
export const mentions = (tokens: readonly Token[], ...words: string[]): boolean =>
  tokens.some((_, index) => words.every((word, offset) => tokens[index + offset]?.upper === word));
