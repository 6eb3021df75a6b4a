import { isCompound, type Step, stepsOf, type Way } from "../sql/compound";
import { readTokens } from "../sql/read";
import type { Sql } from "../sql/statement";
import { type Token, tokens as tokensOf } from "../sql/tokens";
import { truthOf, type Values } from "../sql/values";
import type { Effect, Place } from "./effect";
import { helperEffect } from "./helpers";
import type { KnownProcedure, Procedures } from "./procedures";
import { assigned, callArguments, changedIn, targetsOf, variablePassed } from "./targets";
import { Variables } from "./variables";

type Call = Extract<Sql, { is: "call" }>;

/** How deep procedures that call each other are followed, and how many statements of theirs for one of the script. */
const deepest = 8;
const most = 2000;

/** Where a statement runs: in the script itself, or in a procedure. */
interface Frame {
  variables: Variables;
  depth: number;
  placeOf?(token: Token | undefined): Place;
}

/**
 * What the statements of one script do, given in their order, without a server: procedures are followed into their bodies and prepared texts put
 * together, as far as conditions and values can be told from what stands in scripts. What may run counts as run.
 */
export class Session {
  private readonly script: Frame = { variables: Variables.ofSession(), depth: 0 };
  private left = most;

  constructor(private readonly procedures: Procedures) {}

  effectsOf(tokens: readonly Token[], sql: Sql): Effect[] {
    this.left = most;
    const effects = this.perform(tokens, this.script, sql);
    const firstUnseen = effects.find(({ is }) => is === "unseen");
    return effects.filter((effect) => effect.is !== "unseen" || effect === firstUnseen);
  }

  private perform(tokens: readonly Token[], frame: Frame, sql: Sql): Effect[] {
    if (this.left-- <= 0) return [unseen(tokens, frame, sql)];
    if (sql.is === "set") return this.set(sql, tokens, frame);
    if (sql.is === "call") return this.call(sql, tokens, frame);
    if (sql.is === "prepare") return this.prepare(sql, tokens, frame);
    if (sql.is === "other" && isCompound(tokens)) return this.run(stepsOf(tokens), frame);
    if (sql.is === "other") for (const target of targetsOf(tokens)) frame.variables.assign(target);
    return [effect(sql, tokens, frame)];
  }

  /** A routine's own variables are nobody else's business. */
  private set(sql: Extract<Sql, { is: "set" }>, tokens: readonly Token[], frame: Frame): Effect[] {
    const settings = sql.assignments.filter(({ scope, name }) => scope !== "session" || !frame.variables.has(name));
    for (const target of sql.assignments.flatMap(assigned)) frame.variables.assign(target);
    return settings.length === 0 && sql.assignments.length > 0 ? [] : [effect({ ...sql, assignments: settings }, tokens, frame)];
  }

  private prepare({ text }: Extract<Sql, { is: "prepare" }>, tokens: readonly Token[], frame: Frame): Effect[] {
    const texts = frame.variables.of(text);
    if (texts === undefined) return [unseen(tokens, frame, { is: "prepare", text })];
    const place = frame.placeOf?.(tokens[0]);
    const inside: Frame = place === undefined ? frame : { ...frame, placeOf: () => place };
    return texts.flatMap((one) => {
      const read = tokensOf(one ?? "");
      return read.length === 0 ? [] : this.perform(read, inside, readTokens(read));
    });
  }

  private call(sql: Call, tokens: readonly Token[], frame: Frame): Effect[] {
    const given = callArguments(tokens);
    const values = given.map((one) => frame.variables.of(one));
    const procedure = this.procedures.find(sql.routine);
    const inside = procedure && this.callKnown(procedure, given, values, frame);
    if (inside?.every(({ is }) => is !== "unseen") === true) return inside;
    if (procedure === undefined) for (const target of given.flatMap(variablePassed)) frame.variables.assign(target);
    const helper = helperEffect({ ...sql, arguments: values.map(only) });
    return helper === undefined ? (inside ?? [effect(sql, tokens, frame)]) : [effect(helper, tokens, frame)];
  }

  private callKnown({ parameters, steps, placeOf }: KnownProcedure, given: Token[][], values: readonly Values[], frame: Frame): Effect[] {
    if (frame.depth === deepest) return [unseen([], { ...frame, placeOf }, { is: "unseen" })];
    const variables = frame.variables.inside();
    parameters.forEach(({ name, isOut }, index) => variables.set(name, isOut ? undefined : values[index]));
    const effects = this.run(steps, { variables, depth: frame.depth + 1, placeOf });
    frame.variables.returnFrom(variables);
    parameters.forEach(({ name, isOut }, index) => {
      if (isOut) for (const passed of variablePassed(given[index] ?? [])) frame.variables.set(passed.name, variables.get(name));
    });
    return effects;
  }

  private run(steps: readonly Step[], frame: Frame): Effect[] {
    return steps.flatMap((step) => {
      if (step.does === "run") return this.perform(step.tokens, frame, readTokens(step.tokens));
      if (step.does === "choose") return this.choose(step.ways, frame);
      if (step.does === "repeat") return this.repeat(step.steps, frame);
      const value = step.value.length === 0 ? [null] : frame.variables.of(step.value);
      for (const name of step.names) frame.variables.set(name.toLowerCase(), value);
      return [];
    });
  }

  /** The first way whose condition holds; every way that may be it, where that can't be told. */
  private choose(ways: readonly Way[], frame: Frame): Effect[] {
    const ends: Variables[] = [];
    const effects: Effect[] = [];
    let isDecided = false;
    for (const { condition, steps } of ways) {
      const holds = condition === "else" ? true : condition === "sometimes" ? undefined : truthOf(frame.variables.of(condition));
      if (isDecided || holds === false) continue;
      const variables = frame.variables.copy();
      effects.push(...this.run(steps, { ...frame, variables }));
      ends.push(variables);
      isDecided = holds === true;
    }
    frame.variables.become(isDecided ? ends : [...ends, frame.variables.copy()]);
    return effects;
  }

  /** Once stands for any number of times; what it changes, it may have changed before. */
  private repeat(steps: readonly Step[], frame: Frame): Effect[] {
    for (const { name } of changedIn(steps)) frame.variables.assign({ name });
    const effects = this.run(steps, frame);
    for (const { name } of changedIn(steps)) frame.variables.assign({ name });
    return effects;
  }
}

const effect = (sql: Sql, tokens: readonly Token[], { placeOf }: Frame): Effect =>
  ({ ...sql, tokens, ...(placeOf === undefined ? {} : { within: placeOf(tokens[0]) }) }) as Effect;

/** What it does can't be told; in the script itself the statement stands for it. */
const unseen = (tokens: readonly Token[], frame: Frame, itself: Sql): Effect =>
  effect(frame.placeOf === undefined ? itself : { is: "unseen" }, tokens, frame);

const only = (values: Values): string | undefined => (values?.length === 1 ? (values[0] ?? undefined) : undefined);
