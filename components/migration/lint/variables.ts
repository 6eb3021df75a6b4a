import { valuesOf } from "../sql/expression";
import type { Token } from "../sql/tokens";
import { united, type Values } from "../sql/values";

/** What a statement gives a new value to, and which one; without a value it can't be told. */
export interface Target {
  name: string;
  value?: readonly Token[];
}

/** `@s` for the session's own, `s` for a parameter or a routine's own. */
export const variableName = ({ kind, text }: Token): string =>
  kind === "variable" ? `@${text.replace(/^@|[`'"]/g, "")}`.toLowerCase() : text.toLowerCase();

/** What variables may hold, at one point of a script or of a routine. */
export class Variables {
  private constructor(private readonly values: Map<string, Values>) {}

  static ofSession = (): Variables => new Variables(new Map());

  has = (name: string): boolean => this.values.has(name);

  get = (name: string): Values => this.values.get(name);

  set(name: string, values: Values): void {
    this.values.set(name, values);
  }

  look = (token: Token): Values => this.get(variableName(token));

  of = (expression: readonly Token[] = []): Values => valuesOf(expression, this.look);

  /** A routine's own names can be set only where there are such. */
  assign({ name, value }: Target): void {
    if (name.startsWith("@") || this.has(name)) this.set(name, value === undefined ? undefined : this.of(value));
  }

  copy = (): Variables => new Variables(new Map(this.values));

  /** For a routine that is called now: it sees the session's variables. */
  inside = (): Variables => new Variables(new Map([...this.values].filter(([name]) => name.startsWith("@"))));

  /** That routine has ended. */
  returnFrom(inside: Variables): void {
    for (const [name, values] of inside.values) if (name.startsWith("@")) this.set(name, values);
  }

  /** One of these ways was gone. */
  become(ways: readonly Variables[]): void {
    const names = new Set(ways.flatMap(({ values }) => [...values.keys()]));
    for (const name of names) this.set(name, united(ways.map(({ values }) => values.get(name))));
  }
}
