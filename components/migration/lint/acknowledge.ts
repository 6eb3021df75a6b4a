import { chainRule } from "../chain";
import type { Script } from "../script";
import { fileProblems } from "./files";
import type { Finding } from "./lint";
import { rules } from "./rules";

/** Said in the stack's config: this finding in this script is accepted, because. */
export interface Acknowledgement {
  rule: string;
  /** File name of the script. */
  script: string;
  reason: string;
}

/** Where an acknowledgement stands, and what it is for. */
interface Accepted extends Acknowledgement {
  /** Undefined: in the config. */
  line?: number;
  /** Line of the statement that it is for; undefined: the whole script. */
  statement?: number;
}

/** Marks the findings that are accepted. An acknowledgement without a reason, of no known rule, or of nothing that is found is a finding, too. */
export function acknowledge(scripts: readonly Script[], findings: readonly Finding[], config: readonly Acknowledgement[]): Finding[] {
  const given: Accepted[] = [...scripts.flatMap(commentsIn), ...config];
  const used = new Set<Accepted>();
  const marked = findings.map((finding) => {
    const matching = given.filter((one) => one.reason.trim() !== "" && isKnown(one) && isFor(one, finding));
    for (const one of matching) used.add(one);
    return matching[0] === undefined ? finding : { ...finding, acknowledged: matching[0].reason };
  });
  return [...marked, ...given.filter((one) => !used.has(one)).map(useless)];
}

/** What is wrong with files is accepted in the config alone, where the migration looks. */
const isKnown = ({ rule, line }: Accepted): boolean => rules.some(({ id }) => id === rule) || (rule === chainRule && line === undefined);

const isFor = ({ rule, script, statement }: Accepted, finding: Finding): boolean =>
  (rule === finding.rule || (rule === chainRule && finding.rule in fileProblems)) &&
  script === finding.script &&
  (statement === undefined || statement === finding.line);

const pattern = /^\s*(?:--|#|\/\*)\s*selfhelp:ack(?:\s+(\S+))?[ \t]*(.*?)\s*(?:\*\/)?\s*$/i;

/** `-- selfhelp:ack RULE REASON`: before the first statement it is for the whole script, else for the next statement. */
function commentsIn({ file, source, parts }: Script): Accepted[] {
  if (!/selfhelp:ack/i.test(source)) return [];
  const first = parts[0]?.line ?? Infinity;
  return source.split("\n").flatMap((text, index) => {
    const [whole, rule = "", reason = ""] = pattern.exec(text) ?? [];
    const line = index + 1;
    const isInside = parts.some((part) => part.line < line && line < part.line + part.text.split("\n").length);
    if (whole === undefined || isInside) return [];
    const statement = line < first ? undefined : (parts.find((part) => part.line > line)?.line ?? Infinity);
    return [{ rule, script: file, reason, line, statement }];
  });
}

/** What can be wrong with an acknowledgement. These findings can't be acknowledged themselves. */
export const acknowledgementProblems = {
  "ack-unknown-rule": { title: "an acknowledgement of no known rule" },
  "ack-without-reason": { title: "an acknowledgement that doesn't say why" },
  "ack-unused": { title: "an acknowledgement of what isn't found" },
} as const;

function useless(accepted: Accepted): Finding {
  const { rule, script, reason, line } = accepted;
  const isComment = line !== undefined;
  const [id, message] = whatIsWrong(accepted);
  const remedy = "Write -- selfhelp:ack RULE REASON above the statement, or above the first one for the whole file; or take it out";
  return {
    ...{ rule: id, class: "acknowledgement", breaksOldCode: false, script, line: line ?? 1, column: 1, message },
    statement: isComment ? `-- selfhelp:ack ${rule} ${reason}`.trim() : "",
    instead: isComment ? `${remedy}.` : `Correct it in selfhelp:acknowledge, or take it out.`,
  };
}

function whatIsWrong(accepted: Accepted): [keyof typeof acknowledgementProblems, string] {
  const { rule, script, reason, line } = accepted;
  if (rule === "") return ["ack-unknown-rule", "acknowledges nothing: no rule is named"];
  if (!isKnown(accepted)) return ["ack-unknown-rule", `acknowledges "${rule}", which is no rule that can be acknowledged`];
  if (reason.trim() === "") return ["ack-without-reason", `acknowledges ${rule} without saying why`];
  return ["ack-unused", `acknowledges ${rule}, which isn't found ${line === undefined ? `in ${script}` : "there"}`];
}
