import type { Script } from "../script";
import { type Acknowledgement, acknowledge } from "./acknowledge";
import { type Effect, placeText } from "./effect";
import { scriptReader, type ScriptRead, type StatementRead } from "./read-script";
import type { FindingClass, Hit, Rule } from "./rule";
import { rules } from "./rules";
import { World } from "./world";

/** One thing in one script that somebody should look at. */
export interface Finding {
  /** The rule's id. */
  rule: string;
  class: FindingClass;
  /** The release that still serves users would fail: not to be done while both slots run. */
  breaksOldCode: boolean;
  /** File name. */
  script: string;
  line: number;
  column: number;
  message: string;
  /** First line of the statement; empty when it is about the file. */
  statement: string;
  instead: string;
  /** Why it is accepted; undefined: it isn't. */
  acknowledged?: string;
}

export interface LintOptions {
  /** Of the stack's config. */
  acknowledged?: readonly Acknowledgement[];
  /** Scripts that ran before and are not looked at themselves, such as the base: tables and procedures are known from them. */
  earlier?: readonly Script[];
  /** What was found in the files before they were read as SQL; they come first. */
  ofFiles?: readonly Finding[];
}

/** Looks at scripts in their order; what one does, the next finds done. Everything found is told, accepted or not; nothing is forbidden. */
export function lintScripts(scripts: readonly Script[], { acknowledged = [], earlier = [], ofFiles = [] }: LintOptions = {}): Finding[] {
  const world = new World();
  const read = scriptReader();
  for (const script of earlier.map(read)) for (const { effects } of script.statements) effects.forEach((effect) => world.follow(effect));
  const found = scripts.map(read).flatMap((script) => lintScript(script, world));
  return acknowledge(scripts, [...ofFiles, ...found], acknowledged);
}

function lintScript(script: ScriptRead, world: World): Finding[] {
  world.begin(script);
  const findings = script.statements.flatMap((statement) =>
    statement.effects.flatMap((effect) => {
      const found = rules.flatMap((rule) => {
        const message = rule.ofEffect?.(effect, world, statement);
        return message === undefined ? [] : [findingOf(rule, script, { statement, message: `${message}${placeOf(effect)}` })];
      });
      world.follow(effect);
      return found;
    }),
  );
  const ofWhole = rules.flatMap((rule) => (rule.ofScript?.(script) ?? []).map((hit) => findingOf(rule, script, hit)));
  return [...once(findings), ...ofWhole].sort((one, other) => one.line - other.line || one.column - other.column);
}

const placeOf = ({ within }: Effect): string => (within === undefined ? "" : ` (${placeText(within)})`);

/** A statement that does the same several times is one finding. */
const once = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((finding) => [JSON.stringify([finding.line, finding.column, finding.rule, finding.message]), finding])).values(),
];

function findingOf(rule: Rule, { file }: { file: string }, { statement, message }: Hit): Finding {
  return {
    rule: rule.id,
    class: rule.class,
    breaksOldCode: rule.breaksOldCode === true || rule.class === "breaks the old code",
    script: file,
    line: statement?.line ?? 1,
    column: statement?.column ?? 1,
    message,
    statement: firstLine(statement),
    instead: rule.instead,
  };
}

function firstLine(statement: StatementRead | undefined): string {
  const line = statement?.text.split("\n")[0]?.trim() ?? "";
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
