import { named } from "../named";
import type { ProtectConfig } from "./config";
import type { Circumstances } from "./contract";

/** Where another stack is: the commit of each of its hosts, and whether a deployment there came to its end. */
export interface OtherStack {
  commits: string[];
  isDone: boolean;
}

const preflightHours = 24;

/** By its outputs `commit` (with several hosts an object) and `lastDeployment`. */
export function otherStackOf(commit: unknown, lastDeployment: unknown): OtherStack {
  const commits: unknown[] = typeof commit === "object" && commit !== null ? Object.values(commit) : [commit];
  return { commits: commits.filter((one) => typeof one === "string"), isDone: lastDeployment != null };
}

/** The commit that a stack has proven: each of its hosts is at it, and its deployment came to its end. Else what there is instead. */
export function provenBy(name: string, { commits, isDone }: OtherStack): { commit: string } | { problem: string } {
  const [commit, ...others] = new Set(commits);
  if (commit === undefined) return { problem: `nothing was deployed to "${name}" yet` };
  if (others.length > 0)
    return { problem: `the hosts of "${name}" are at different commits: ${[commit, ...others].map(short).join(", ")}` };
  return isDone ? { commit } : { problem: notEnded(name) };
}

/** What keeps a stack from being changed, each with what to do about it; none: it may be. */
export function refusals(
  protect: ProtectConfig,
  { operator, changed, programPushed, releasePushed, preflightAt }: Circumstances,
  release: { name: string; commit: string },
  other: OtherStack | null,
  now = Date.now(),
): string[] {
  const who = operator.split("@")[0] ?? operator;
  const { operators, clean, pushed, after, preflight } = protect;
  const isReady = preflightAt !== null && now - Date.parse(preflightAt) < preflightHours * 3_600_000;
  return [
    ...(operators === undefined || operators.includes(who) ? [] : [`"${who}" is none of protect.operators: ${operators.join(", ")}`]),
    ...(clean && changed === null ? ["the Pulumi program is in no git repository: clone it"] : []),
    ...(clean && changed !== null && changed.length > 0 ? [`the Pulumi program was changed since its last commit: ${named(changed)}`] : []),
    ...(pushed && !programPushed ? [`the Pulumi program's commit is on no remote branch${asKnown}`] : []),
    ...(pushed && !releasePushed ? [`the commit of ${release.name} is on no remote branch of its repository${asKnown}`] : []),
    ...(preflight === undefined || isReady
      ? []
      : [`no pre-flight of ${release.name} has passed in the last ${preflightHours} h: selfhelp preflight`]),
    ...(after === undefined ? [] : notProven(after, release, other)),
  ];
}

function notProven(after: string, { name, commit }: { name: string; commit: string }, other: OtherStack | null): string[] {
  if (other === null || other.commits.length === 0) return [`nothing was deployed to "${after}" yet: deploy ${name} there first`];
  if (other.commits.some((one) => one !== commit))
    return [
      `"${after}" is at ${[...new Set(other.commits)].map(short).join(", ")}, not at ${short(commit)} (${name}): deploy it there first`,
    ];
  return other.isDone ? [] : [notEnded(after)];
}

const short = (one: string): string => one.slice(0, 8);
const notEnded = (name: string): string => `no deployment to "${name}" has come to its end: see there`;

/** A CI's clone may have nothing but a tag. */
const asKnown = " that this clone knows of: git push; where it was pushed, git fetch origin";

/** What a person reads. */
export const refusalText = (stack: string, found: readonly string[]): string =>
  `stack "${stack}" is protected (selfhelp:protect), and pulumi up would change it:\n${found.map((one) => `    ${one}\n`).join("")}` +
  `Nothing was changed. If it must be all the same: SELFHELP_BREAK_GLASS="why" pulumi up; the reason is recorded in the audit log.`;
